/** Flags and description of `--preprocess`, shared by all commands that feed images to third-party networks. */
export const PREPROCESS_OPTION: readonly [flags: string, description: string] = [
  '--preprocess <HOW>',
  'how images become inputs: a name from fcn models, or parts such as order=rgb,divide=255,mean=…,std=…,size=224x224',
];
