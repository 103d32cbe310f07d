/** Pages and pictures as a browser takes them apart. */
import { parseHTML } from "linkedom";

/** The document of a page, untyped as its parser is. */
// deno-lint-ignore no-explicit-any
export function documentOf(html: string): any {
  // deno-lint-ignore no-explicit-any
  return (parseHTML(html) as any).document;
}
