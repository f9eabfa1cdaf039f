/** Names of the formats that {@link saveWeights} writes. They have a file of their own so that `--help` loads no writer. */
export const SAVED_FORMATS = ['safetensors', 'pth', 'npz', 'caffemodel', 'npy'] as const;

/** One of {@link SAVED_FORMATS}. */
export type SavedFormat = (typeof SAVED_FORMATS)[number];
