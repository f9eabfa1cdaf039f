/** Flags and description of `--preprocess`, the same for every command that shows pictures to networks of others. */
export const PREPROCESS_OPTION: readonly [flags: string, description: string] = [
  '--preprocess <HOW>',
  'how pictures become inputs: as for a name of fcn models, or order=rgb,divide=255,mean=…,std=…,size=224x224',
];
