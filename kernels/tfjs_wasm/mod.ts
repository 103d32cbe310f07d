/**
 * What is missing in tfjs's WebAssembly backend.
 *
 * @module
 */
export { OutOfTensorMemoryError } from "./out_of_memory.ts";
export { abandonTape } from "./tape.ts";
export { shareClones, type TensorMemory, tensorMemory } from "./tensor_memory.ts";
