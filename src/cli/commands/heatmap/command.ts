import type { Command } from 'commander';
import type { HeatmapOptions } from './run.js';

/** Adds `fcn heatmap`. */
export function addHeatmapCommand(program: Command): void {
  program
    .command('heatmap')
    .description(
      'Draw a heat map of where an image classifier sees a class, without retraining the classifier.',
    )
    .argument('<PHOTO>', 'PNG or JPEG file')
    .requiredOption('--model <FILE>', 'weights of SqueezeNet 1.0 for ImageNet, .safetensors')
    .option('--class <NAME>', 'class: ID, name or part of a name (default: the most likely class)')
    .option(
      '-o, --out <PATH>',
      'output file, or folder for NAME.heatmap.png (default: current folder)',
    )
    .option(
      '--labels <FILE>',
      'class names, one per line (default: imagenet_labels.txt in the folder of the model)',
    )
    .addHelpText(
      'after',
      '\nPrints the five most likely classes of the central 227×227 pixels of the photo.' +
        '\n\nExample: fcn heatmap cat.jpg --model squeezenet1_0.safetensors --class tabby' +
        '\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused.',
    )
    .action(async (photo: string, options: HeatmapOptions) => {
      const { runHeatmap } = await import('./run.js');
      await runHeatmap(photo, options);
    });
}
