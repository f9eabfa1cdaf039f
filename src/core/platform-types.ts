/**
 * Types of the platform that not every project has: the declarations of this package also compile for a page
 * without `lib: ["esnext.disposable"]`, and for Node without `lib: ["dom"]`. Where a project has the types
 * themselves, these merge with them and add nothing.
 */
declare global {
  interface SymbolConstructor {
    /** Key of the method that a `using` declaration calls at the end of its block. */
    readonly dispose: unique symbol;
  }

  interface Disposable {
    /** Gives back what the object holds, at the end of the block of a `using` declaration. */
    [Symbol.dispose](): void;
  }

  /* eslint-disable @typescript-eslint/no-namespace, @typescript-eslint/no-empty-object-type --
     the platform's own namespace; an empty interface merges with any other of its name */
  namespace WebAssembly {
    interface Memory {}
    interface Module {}
    interface Instance {}
  }
  /* eslint-enable */
}

export {};
