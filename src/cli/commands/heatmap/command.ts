import type { Command } from 'commander';
import type { HeatmapOptions } from './run.js';

/** Adds `fcn heatmap`. */
export function addHeatmapCommand(program: Command): void {
  program
    .command('heatmap')
    .description(
      'Draw where a classifier sees a class: the network as published, not trained again.',
    )
    .argument('<PHOTO>', 'PNG or JPEG file')
    .requiredOption('--model <FILE>', 'weights of SqueezeNet 1.0 for ImageNet, .safetensors')
    .option('--class <NAME>', 'id, name or part of a name (default: the first of the top 5)')
    .option('-o, --out <PATH>', 'the picture, or a folder for NAME.heatmap.png (default: this one)')
    .option(
      '--labels <FILE>',
      'names of the classes (default: imagenet_labels.txt beside the model)',
    )
    .addHelpText(
      'after',
      '\nPrints the five likeliest classes of the 227×227 pixels in the middle of the photo.' +
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused.',
    )
    .action(async (photo: string, options: HeatmapOptions) => {
      const { runHeatmap } = await import('./run.js');
      await runHeatmap(photo, options);
    });
}
