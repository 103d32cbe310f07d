/** Adds the numbers of all its inputs' artifacts. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = async ({ params, input, write }) => {
  let sum = 0;
  for (const role of params.roles as string[]) {
    const numbers = input(role);
    for (const name of numbers.names) sum += Number(new TextDecoder().decode(await numbers.read(name)));
  }
  await write("sum.txt", new TextEncoder().encode(`${sum}`));
};
