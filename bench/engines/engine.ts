/** What an engine is asked to run. */
export interface Job {
  /** Extent of the square input. */
  readonly size: number;
  /** ONNX file with the network, for engines that cannot build it from the seed. */
  readonly onnx?: string;
  /** A safetensors file with the weights, for engines that read one. */
  readonly weights?: string;
  /** What that file's SHA-256 must be. */
  readonly sha256?: string;
  /** Most bytes that a plan may take. */
  readonly memory?: number;
  /** How plans compute: with the bits of the ops, or by another algebra where it pays. */
  readonly mode?: 'exact' | 'fast';
}

/** A network, loaded: does the same again and again. */
export interface Engine {
  /** What is timed: one pass, from the input's numbers to those of the result. */
  run(): Promise<Float32Array>;
}

/** What the parent says. */
export type Request = { readonly load: Job } | 'run' | 'finish';

/** How long something took, in ms: on the clock, and of that on a processor. */
export interface Times {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Answers to each {@link Request}: times; peak memory in 10⁶ bytes and the last run's result. */
export type Answer = Times | { readonly rssMb: number; readonly result: Float32Array };

/**
 * Makes this process an engine that obeys its parent: one process each, so that the peak of its memory
 * is its own.
 */
export function serve(load: (job: Job) => Promise<Engine>): void {
  let engine: Engine | undefined;
  let result: Float32Array = new Float32Array(0);
  process.on('message', (request: Request) => {
    void obey(request).then((answer) => process.send?.(answer));
  });

  async function obey(request: Request): Promise<Answer> {
    if (request === 'finish') {
      const rssMb = (process.resourceUsage().maxRSS * 1024) / 1e6;
      return { rssMb, result };
    }
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    if (request === 'run') result = (await engine?.run()) ?? result;
    else engine = await load(request.load);
    const { user, system } = process.cpuUsage(cpuStart);
    return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
  }
}
