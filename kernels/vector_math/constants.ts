// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file prefer-const
//
// The constants of functions.ts. Variables, because the engine loads one in one instruction, where it takes three to
// build a constant, inside the loop: a third of the time of `silu`. They are given their values when an instance starts,
// so that the optimiser does not see that they never change.

export let one: v128 = f32x4.splat(1), two: v128 = f32x4.splat(2), half: v128 = f32x4.splat(0.5);
export let signBit: v128 = i32x4.splat(0x80000000), notANumber: v128 = i32x4.splat(0x7fc00000);
export let infinity: v128 = f32x4.splat(Infinity), minusInfinity: v128 = f32x4.splat(-Infinity);
export let ln2High: v128 = f32x4.splat(0.693359375), ln2Low: v128 = f32x4.splat(-2.12194440e-4);

// Of the exponential.
export let lowest: v128 = f32x4.splat(-87), highest: v128 = f32x4.splat(87);
export let underflow: v128 = f32x4.splat(-104), overflow: v128 = f32x4.splat(89); // e⁻¹⁰⁴ < 2⁻¹⁵⁰, and e⁸⁹ > 2¹²⁸
export let rounding: v128 = f32x4.splat(12582912); // 3 · 2²²: what is added to it is rounded to a whole number
export let perLn2: v128 = f32x4.splat(1.44269504), bias: v128 = i32x4.splat(127);
export let exp0: v128 = f32x4.splat(1.9875691500e-4), exp1: v128 = f32x4.splat(1.3981999507e-3);
export let exp2: v128 = f32x4.splat(8.3334519073e-3), exp3: v128 = f32x4.splat(4.1665795894e-2);
export let exp4: v128 = f32x4.splat(1.6666665459e-1), exp5: v128 = f32x4.splat(5.0000001201e-1);

// Of the hyperbolic tangent.
export let tanhLimit: v128 = f32x4.splat(0.625);
export let tanh0: v128 = f32x4.splat(-5.70498872745e-3), tanh1: v128 = f32x4.splat(2.06390887954e-2);
export let tanh2: v128 = f32x4.splat(-5.37397155531e-2), tanh3: v128 = f32x4.splat(1.33314422036e-1);
export let tanh4: v128 = f32x4.splat(-3.33332819422e-1);

// Of the logarithm.
export let smallestNormal: v128 = f32x4.splat(1.17549435e-38), scaleUp: v128 = f32x4.splat(8388608); // 2²³
export let scaleUpExponent: v128 = i32x4.splat(23), sqrtHalf: v128 = i32x4.splat(0x3f3504f3); // bits of √½
export let log0: v128 = f32x4.splat(7.0376836292e-2), log1: v128 = f32x4.splat(-1.1514610310e-1);
export let log2: v128 = f32x4.splat(1.1676998740e-1), log3: v128 = f32x4.splat(-1.2420140846e-1);
export let log4: v128 = f32x4.splat(1.4249322787e-1), log5: v128 = f32x4.splat(-1.6668057665e-1);
export let log6: v128 = f32x4.splat(2.0000714765e-1), log7: v128 = f32x4.splat(-2.4999993993e-1);
export let log8: v128 = f32x4.splat(3.3333331174e-1);
