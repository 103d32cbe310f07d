import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { assign, parseAssignment, SettingError } from "../../stages/settings.ts";

const settings = {
  physics: { frame: "unknown", noise: 0.03, box: { Da: [0.1, 0.21] as [number, number] } },
  train: { steps: 3000, learningRate: 0.002, shuffle: true },
};
const set = (text: string) => assign(settings, parseAssignment(text));

Deno.test("parseAssignment: splits at the first =, and the key at every dot", () => {
  assertEquals(parseAssignment("a.b=c=d.e"), { path: ["a", "b"], value: "c=d.e", text: "a.b=c=d.e" });
  assertEquals(parseAssignment("a="), { path: ["a"], value: "", text: "a=" });
});

for (const [text, reason] of [["train.steps", "has no ="], ["", "has no ="], ["=5", "has no key"]]) {
  Deno.test(`parseAssignment: refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseAssignment(text), SettingError, `Cannot set "${text}": it must read key=value`);
    assertThrows(() => parseAssignment(text), SettingError, reason);
  });
}

Deno.test("assign: changes one value, and neither its type nor the settings given", () => {
  const before = structuredClone(settings);
  assertEquals(set("train.steps=500").train, { ...settings.train, steps: 500 });
  assertEquals(set("physics.frame=known").physics.frame, "known");
  assertEquals(set("physics.frame=7").physics.frame, "7");
  assertEquals(set("physics.box.Da=[0.15, 0.2]").physics.box.Da, [0.15, 0.2]);
  assertEquals(set("train.shuffle=false").train.shuffle, false);
  assertEquals(set("train.learningRate=1e-3").train.learningRate, 0.001);
  assertEquals(settings, before);
});

Deno.test("assign: what is set is found there, and nothing else has changed", () => {
  fc.assert(fc.property(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), (steps, noise) => {
    const changed = assign(
      set(`train.steps=${steps}`),
      parseAssignment(`physics.noise=${JSON.stringify(noise)}`),
    );
    const expected = structuredClone(settings);
    expected.train.steps = steps;
    expected.physics.noise = noise + 0; // JSON knows no −0
    assertEquals(changed, expected);
  }));
});

for (
  const [text, matched, message] of [
    [
      "train.stpes=5",
      1,
      'there is no setting "train.stpes" (did you mean "steps"?). There are steps, learningRate, shuffle',
    ],
    ["trian.steps=5", 0, 'there is no setting "trian" (did you mean "train"?). There are physics, train'],
    ["banana=5", 0, 'there is no setting "banana". There are physics, train'],
    ["toString=5", 0, 'there is no setting "toString"'],
    ["train.steps.more=5", 2, '"train.steps" must hold settings, but is a value'],
    ["physics.box.Da.0=5", 3, '"physics.box.Da" must hold settings, but is a value'],
    ["train.steps=many", 2, 'train.steps takes number (now 3000), but the value is "many"'],
    ["train.steps=", 2, 'train.steps takes number (now 3000), but the value is ""'],
    ["train.steps=NaN", 2, "train.steps takes number"],
    ['train.steps="5"', 2, "train.steps takes number"],
    ["train.shuffle=1", 2, "train.shuffle takes boolean (now true)"],
    ["physics.box.Da=0.2", 3, "physics.box.Da takes [number, number] (now [0.1,0.21])"],
    ["physics.box.Da=[0.2]", 3, "physics.box.Da takes [number, number]"],
    ['physics.box.Da=[0.2,"x"]', 3, "physics.box.Da takes [number, number]"],
    ["train={}", 1, "train takes a key of it: steps, learningRate, shuffle"],
  ] as const
) {
  Deno.test(`assign: refuses ${text}, and says what would fit`, () => {
    const error = assertThrows(
      () => set(text),
      SettingError,
      `Cannot set ${JSON.stringify(text)}: ${message}`,
    );
    assertEquals((error as SettingError).matched, matched);
  });
}

Deno.test("assign: a path without a part is refused like any other", () => {
  assertThrows(
    () => assign(settings, { path: [], value: "1", text: "linear=1" }),
    SettingError,
    "There are physics",
  );
});
