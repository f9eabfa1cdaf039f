/**
 * Expectation of `assert.rejects`: a network that is refused. It is known by the error's name and not by its class:
 * test files and the module that opens networks may each have loaded a class of their own.
 */
export function refused(message: RegExp): object {
  return { name: 'OpenError', message };
}

/** The same, for an option that is refused. */
export function refusedOption(message: RegExp): object {
  return { name: 'OptionError', message };
}
