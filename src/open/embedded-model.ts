/**
 * The model that is used when none is named: an FCN-8s on a SqueezeNet 1.1 trunk that tells cats and dogs from
 * their surroundings. Its card is beside it.
 */
export const EMBEDDED_MODEL: URL = new URL(
  '../../models/fcn8s-squeezenet-pets.safetensors',
  import.meta.url,
);
