let recording = true;

/** True while ops record how to send gradients back. */
export function isRecording(): boolean {
  return recording;
}

/** Runs a function whose ops record nothing, and returns its result. */
export function noGrad<T>(run: () => T): T {
  const before = recording;
  recording = false;
  try {
    return run();
  } finally {
    recording = before;
  }
}
