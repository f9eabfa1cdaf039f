/** Names of the formats that weights are written in: apart from what writes them, for command lines. */
export const SAVED_FORMATS = ['safetensors', 'pth', 'npz', 'caffemodel', 'npy'] as const;

/** One of {@link SAVED_FORMATS}. */
export type SavedFormat = (typeof SAVED_FORMATS)[number];
