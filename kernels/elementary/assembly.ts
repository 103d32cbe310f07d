// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// Elementary functions in software: AssemblyScript's NativeMath (after FreeBSD msun and ARM's optimized
// routines), so that no last bit is the JavaScript engine's choice.

export function exp(x: f64): f64 {
  return NativeMath.exp(x);
}

export function log(x: f64): f64 {
  return NativeMath.log(x);
}

export function log1p(x: f64): f64 {
  return NativeMath.log1p(x);
}

export function pow(base: f64, exponent: f64): f64 {
  return NativeMath.pow(base, exponent);
}

export function sin(x: f64): f64 {
  return NativeMath.sin(x);
}

export function cos(x: f64): f64 {
  return NativeMath.cos(x);
}

export function atan2(y: f64, x: f64): f64 {
  return NativeMath.atan2(y, x);
}

export function tanh(x: f64): f64 {
  return NativeMath.tanh(x);
}

/** exp(−x² / 2) with x split at a multiple of 1/16, so that the square's rounding error stays out of it. */

function gaussian(x: f64): f64 {
  const coarse = NativeMath.trunc(x * 16.0) / 16.0;
  const rest = (x - coarse) * (x + coarse);
  return NativeMath.exp(-coarse * coarse * 0.5) * NativeMath.exp(-rest * 0.5);
}

/**
 * Φ(x) by the rational Chebyshev approximations of W. J. Cody, "Rational Chebyshev approximations for the
 * error function", Math. Comp. 23 (1969), in the form of his ANORM (ACM TOMS algorithm 715, 1993).
 */
export function normalCdf(x: f64): f64 {
  if (x != x) return x;
  const distance = NativeMath.abs(x);
  if (distance <= 0.67448975) return cdfCentre(x);
  const tail = distance <= 5.656854249492381 ? cdfShoulder(distance) : cdfTail(distance);
  return x > 0.0 ? 1.0 - tail : tail;
}

/** Φ(x) for |x| ≤ Φ⁻¹(3/4). */
function cdfCentre(x: f64): f64 {
  const s = x * x;
  let above = 0.065682337918207449113 * s;
  above = (above + 2.2352520354606839287) * s;
  above = (above + 161.02823106855587881) * s;
  above = (above + 1067.6894854603709582) * s;
  above = above + 18154.981253343561249;
  let below = s;
  below = (below + 47.20258190468824187) * s;
  below = (below + 976.09855173777669322) * s;
  below = (below + 10260.932208618978205) * s;
  below = below + 45507.789335026729956;
  return 0.5 + x * above / below;
}

/** 1 − Φ(y) for Φ⁻¹(3/4) < y ≤ √32. */
function cdfShoulder(y: f64): f64 {
  let above = 1.0765576773720192317e-8 * y;
  above = (above + 0.39894151208813466764) * y;
  above = (above + 8.8831497943883759412) * y;
  above = (above + 93.506656132177855979) * y;
  above = (above + 597.27027639480026226) * y;
  above = (above + 2494.5375852903726711) * y;
  above = (above + 6848.1904505362823326) * y;
  above = (above + 11602.651437647350124) * y;
  above = above + 9842.7148383839780218;
  let below = y;
  below = (below + 22.266688044328115691) * y;
  below = (below + 235.38790178262499861) * y;
  below = (below + 1519.377599407554805) * y;
  below = (below + 6485.558298266760755) * y;
  below = (below + 18615.571640885098091) * y;
  below = (below + 34900.952721145977266) * y;
  below = (below + 38912.003286093271411) * y;
  below = below + 19685.429676859990727;
  return gaussian(y) * above / below;
}

/** 1 − Φ(y) for y > √32; 0 where that is smaller than any f64. */
function cdfTail(y: f64): f64 {
  if (y > 38.6) return 0.0;
  const s = 1.0 / (y * y);
  let above = 0.02307344176494017303 * s;
  above = (above + 0.21589853405795699) * s;
  above = (above + 0.1274011611602473639) * s;
  above = (above + 0.022235277870649807) * s;
  above = (above + 0.001421619193227893466) * s;
  above = above + 2.9112874951168792e-5;
  let below = s;
  below = (below + 1.28426009614491121) * s;
  below = (below + 0.468238212480865118) * s;
  below = (below + 0.0659881378689285515) * s;
  below = (below + 0.00378239633202758244) * s;
  below = below + 7.29751555083966205e-5;
  const correction = s * above / below;
  return gaussian(y) * (0.39894228040143267794 - correction) / y;
}

/**
 * Φ⁻¹(p) by M. J. Wichura's PPND16, "Algorithm AS 241: The percentage points of the normal distribution",
 * Applied Statistics 37 (1988).
 */
export function normalQuantile(p: f64): f64 {
  const q = p - 0.5;
  if (NativeMath.abs(q) <= 0.425) return quantileCentre(q);
  if (!(p >= 0.0 && p <= 1.0)) return NaN;
  const outside = q < 0.0 ? p : 1.0 - p;
  if (outside == 0.0) return q < 0.0 ? -Infinity : Infinity;
  const r = NativeMath.sqrt(-NativeMath.log(outside));
  const x = r <= 5.0 ? quantileShoulder(r - 1.6) : quantileTail(r - 5.0);
  return q < 0.0 ? -x : x;
}

function quantileCentre(q: f64): f64 {
  const r = 0.180625 - q * q;
  let above = 2.5090809287301226727e3 * r + 3.3430575583588128105e4;
  above = above * r + 6.7265770927008700853e4;
  above = above * r + 4.5921953931549871457e4;
  above = above * r + 1.3731693765509461125e4;
  above = above * r + 1.9715909503065514427e3;
  above = above * r + 1.3314166789178437745e2;
  above = above * r + 3.3871328727963666080;
  let below = 5.2264952788528545610e3 * r + 2.8729085735721942674e4;
  below = below * r + 3.9307895800092710610e4;
  below = below * r + 2.1213794301586595867e4;
  below = below * r + 5.3941960214247511077e3;
  below = below * r + 6.8718700749205790830e2;
  below = below * r + 4.2313330701600911252e1;
  below = below * r + 1.0;
  return q * above / below;
}

function quantileShoulder(r: f64): f64 {
  let above = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2;
  above = above * r + 2.41780725177450611770e-1;
  above = above * r + 1.27045825245236838258;
  above = above * r + 3.64784832476320460504;
  above = above * r + 5.76949722146069140550;
  above = above * r + 4.63033784615654529590;
  above = above * r + 1.42343711074968357734;
  let below = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4;
  below = below * r + 1.51986665636164571966e-2;
  below = below * r + 1.48103976427480074590e-1;
  below = below * r + 6.89767334985100004550e-1;
  below = below * r + 1.67638483018380384940;
  below = below * r + 2.05319162663775882187;
  below = below * r + 1.0;
  return above / below;
}

function quantileTail(r: f64): f64 {
  let above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5;
  above = above * r + 1.24266094738807843860e-3;
  above = above * r + 2.65321895265761230930e-2;
  above = above * r + 2.96560571828504891230e-1;
  above = above * r + 1.78482653991729133580;
  above = above * r + 5.46378491116411436990;
  above = above * r + 6.65790464350110377720;
  let below = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7;
  below = below * r + 1.84631831751005468180e-5;
  below = below * r + 7.86869131145613259100e-4;
  below = below * r + 1.48753612908506148525e-2;
  below = below * r + 1.36929880922735805310e-1;
  below = below * r + 5.99832206555887937690e-1;
  below = below * r + 1.0;
  return above / below;
}
