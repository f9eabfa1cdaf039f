let recording = true;

/** True while ops record how to send gradients back. */
export function isRecording(): boolean {
  return recording;
}

/**
 * Runs a function whose ops record nothing, and returns its result.
 *
 * @param run - Not async: what it does after its first `await` is recorded again.
 */
export function noGrad<T>(run: () => T): T {
  const before = recording;
  recording = false;
  try {
    return run();
  } finally {
    recording = before;
  }
}
