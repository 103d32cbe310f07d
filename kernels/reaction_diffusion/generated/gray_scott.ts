// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file
//
// Made from models/ by `deno task build`. Gray-Scott: the pointers are those of the cell left of the first, and
// `plane` is how far behind a row of a lies that of b.

export function grayScott5(
  up: usize, row: usize, down: usize, out: usize, end: usize, plane: usize, coefficients: usize,
): void {
  const k_c0 = v128.load(coefficients, 0);
  const k_c1 = v128.load(coefficients, 16);
  const k_c2 = v128.load(coefficients, 32);
  const k_c3 = v128.load(coefficients, 48);
  const k_c4 = v128.load(coefficients, 64);
  const n0 = f32x4.splat(1e-18);
  let upB = up + plane, rowB = row + plane, downB = down + plane, outB = out + plane;
  while (row < end) {
    const v0_0 = v128.load(row);
    const v0_1 = v128.load(row, 8);
    const v0_2 = v128.load(up, 4);
    const v0_3 = v128.load(down, 4);
    const v0_4 = f32x4.add(v0_0, v0_3);
    const v0_5 = f32x4.add(v0_2, v0_1);
    const v0_6 = f32x4.add(v0_4, v0_5);
    const v0_7 = v128.load(rowB);
    const v0_8 = v128.load(rowB, 8);
    const v0_9 = v128.load(upB, 4);
    const v0_10 = v128.load(downB, 4);
    const v0_11 = f32x4.add(v0_7, v0_10);
    const v0_12 = f32x4.add(v0_9, v0_8);
    const v0_13 = f32x4.add(v0_11, v0_12);
    const v0_14 = v128.load(row, 4);
    const v0_15 = v128.load(rowB, 4);
    const v0_16 = f32x4.mul(v0_15, v0_15);
    const v0_17 = f32x4.mul(v0_14, v0_16);
    const v0_18 = f32x4.mul(k_c0, v0_14);
    const v0_19 = f32x4.sub(v0_18, v0_17);
    const v0_20 = f32x4.mul(k_c1, v0_6);
    const v0_21 = f32x4.add(v0_19, v0_20);
    const v0_22 = f32x4.add(v0_21, k_c2);
    const v0_23 = f32x4.mul(k_c3, v0_15);
    const v0_24 = f32x4.add(v0_17, v0_23);
    const v0_25 = f32x4.mul(k_c4, v0_13);
    const v0_26 = f32x4.add(v0_24, v0_25);
    const v0_27 = i32x4.max_u(v0_26, n0);
    v128.store(out, v0_22, 4);
    v128.store(outB, v0_27, 4);
    const v1_0 = v128.load(row, 16);
    const v1_1 = v128.load(row, 24);
    const v1_2 = v128.load(up, 20);
    const v1_3 = v128.load(down, 20);
    const v1_4 = f32x4.add(v1_0, v1_3);
    const v1_5 = f32x4.add(v1_2, v1_1);
    const v1_6 = f32x4.add(v1_4, v1_5);
    const v1_7 = v128.load(rowB, 16);
    const v1_8 = v128.load(rowB, 24);
    const v1_9 = v128.load(upB, 20);
    const v1_10 = v128.load(downB, 20);
    const v1_11 = f32x4.add(v1_7, v1_10);
    const v1_12 = f32x4.add(v1_9, v1_8);
    const v1_13 = f32x4.add(v1_11, v1_12);
    const v1_14 = v128.load(row, 20);
    const v1_15 = v128.load(rowB, 20);
    const v1_16 = f32x4.mul(v1_15, v1_15);
    const v1_17 = f32x4.mul(v1_14, v1_16);
    const v1_18 = f32x4.mul(k_c0, v1_14);
    const v1_19 = f32x4.sub(v1_18, v1_17);
    const v1_20 = f32x4.mul(k_c1, v1_6);
    const v1_21 = f32x4.add(v1_19, v1_20);
    const v1_22 = f32x4.add(v1_21, k_c2);
    const v1_23 = f32x4.mul(k_c3, v1_15);
    const v1_24 = f32x4.add(v1_17, v1_23);
    const v1_25 = f32x4.mul(k_c4, v1_13);
    const v1_26 = f32x4.add(v1_24, v1_25);
    const v1_27 = i32x4.max_u(v1_26, n0);
    v128.store(out, v1_22, 20);
    v128.store(outB, v1_27, 20);
    up += 32;
    upB += 32;
    row += 32;
    rowB += 32;
    down += 32;
    downB += 32;
    out += 32;
    outB += 32;
  }
}

export function grayScott9(
  up: usize, row: usize, down: usize, out: usize, end: usize, plane: usize, coefficients: usize,
): void {
  const k_c0 = v128.load(coefficients, 0);
  const k_c1 = v128.load(coefficients, 16);
  const k_c2 = v128.load(coefficients, 32);
  const k_c3 = v128.load(coefficients, 48);
  const k_c4 = v128.load(coefficients, 64);
  const n0 = f32x4.splat(0.25);
  const n1 = f32x4.splat(1e-18);
  let upB = up + plane, rowB = row + plane, downB = down + plane, outB = out + plane;
  while (row < end) {
    const v0_0 = v128.load(row);
    const v0_1 = v128.load(row, 8);
    const v0_2 = v128.load(up, 4);
    const v0_3 = v128.load(down, 4);
    const v0_4 = f32x4.add(v0_0, v0_1);
    const v0_5 = f32x4.add(v0_2, v0_3);
    const v0_6 = f32x4.add(v0_4, v0_5);
    const v0_7 = v128.load(up);
    const v0_8 = v128.load(up, 8);
    const v0_9 = v128.load(down);
    const v0_10 = v128.load(down, 8);
    const v0_11 = f32x4.add(v0_7, v0_10);
    const v0_12 = f32x4.add(v0_8, v0_9);
    const v0_13 = f32x4.add(v0_11, v0_12);
    const v0_14 = f32x4.mul(n0, v0_13);
    const v0_15 = f32x4.add(v0_6, v0_14);
    const v0_16 = v128.load(rowB);
    const v0_17 = v128.load(rowB, 8);
    const v0_18 = v128.load(upB, 4);
    const v0_19 = v128.load(downB, 4);
    const v0_20 = f32x4.add(v0_16, v0_17);
    const v0_21 = f32x4.add(v0_18, v0_19);
    const v0_22 = f32x4.add(v0_20, v0_21);
    const v0_23 = v128.load(upB);
    const v0_24 = v128.load(upB, 8);
    const v0_25 = v128.load(downB);
    const v0_26 = v128.load(downB, 8);
    const v0_27 = f32x4.add(v0_23, v0_26);
    const v0_28 = f32x4.add(v0_24, v0_25);
    const v0_29 = f32x4.add(v0_27, v0_28);
    const v0_30 = f32x4.mul(n0, v0_29);
    const v0_31 = f32x4.add(v0_22, v0_30);
    const v0_32 = v128.load(row, 4);
    const v0_33 = v128.load(rowB, 4);
    const v0_34 = f32x4.mul(v0_33, v0_33);
    const v0_35 = f32x4.mul(v0_32, v0_34);
    const v0_36 = f32x4.mul(k_c0, v0_32);
    const v0_37 = f32x4.sub(v0_36, v0_35);
    const v0_38 = f32x4.mul(k_c1, v0_15);
    const v0_39 = f32x4.add(v0_37, v0_38);
    const v0_40 = f32x4.add(v0_39, k_c2);
    const v0_41 = f32x4.mul(k_c3, v0_33);
    const v0_42 = f32x4.add(v0_35, v0_41);
    const v0_43 = f32x4.mul(k_c4, v0_31);
    const v0_44 = f32x4.add(v0_42, v0_43);
    const v0_45 = i32x4.max_u(v0_44, n1);
    v128.store(out, v0_40, 4);
    v128.store(outB, v0_45, 4);
    const v1_0 = v128.load(row, 16);
    const v1_1 = v128.load(row, 24);
    const v1_2 = v128.load(up, 20);
    const v1_3 = v128.load(down, 20);
    const v1_4 = f32x4.add(v1_0, v1_1);
    const v1_5 = f32x4.add(v1_2, v1_3);
    const v1_6 = f32x4.add(v1_4, v1_5);
    const v1_7 = v128.load(up, 16);
    const v1_8 = v128.load(up, 24);
    const v1_9 = v128.load(down, 16);
    const v1_10 = v128.load(down, 24);
    const v1_11 = f32x4.add(v1_7, v1_10);
    const v1_12 = f32x4.add(v1_8, v1_9);
    const v1_13 = f32x4.add(v1_11, v1_12);
    const v1_14 = f32x4.mul(n0, v1_13);
    const v1_15 = f32x4.add(v1_6, v1_14);
    const v1_16 = v128.load(rowB, 16);
    const v1_17 = v128.load(rowB, 24);
    const v1_18 = v128.load(upB, 20);
    const v1_19 = v128.load(downB, 20);
    const v1_20 = f32x4.add(v1_16, v1_17);
    const v1_21 = f32x4.add(v1_18, v1_19);
    const v1_22 = f32x4.add(v1_20, v1_21);
    const v1_23 = v128.load(upB, 16);
    const v1_24 = v128.load(upB, 24);
    const v1_25 = v128.load(downB, 16);
    const v1_26 = v128.load(downB, 24);
    const v1_27 = f32x4.add(v1_23, v1_26);
    const v1_28 = f32x4.add(v1_24, v1_25);
    const v1_29 = f32x4.add(v1_27, v1_28);
    const v1_30 = f32x4.mul(n0, v1_29);
    const v1_31 = f32x4.add(v1_22, v1_30);
    const v1_32 = v128.load(row, 20);
    const v1_33 = v128.load(rowB, 20);
    const v1_34 = f32x4.mul(v1_33, v1_33);
    const v1_35 = f32x4.mul(v1_32, v1_34);
    const v1_36 = f32x4.mul(k_c0, v1_32);
    const v1_37 = f32x4.sub(v1_36, v1_35);
    const v1_38 = f32x4.mul(k_c1, v1_15);
    const v1_39 = f32x4.add(v1_37, v1_38);
    const v1_40 = f32x4.add(v1_39, k_c2);
    const v1_41 = f32x4.mul(k_c3, v1_33);
    const v1_42 = f32x4.add(v1_35, v1_41);
    const v1_43 = f32x4.mul(k_c4, v1_31);
    const v1_44 = f32x4.add(v1_42, v1_43);
    const v1_45 = i32x4.max_u(v1_44, n1);
    v128.store(out, v1_40, 20);
    v128.store(outB, v1_45, 20);
    up += 32;
    upB += 32;
    row += 32;
    rowB += 32;
    down += 32;
    downB += 32;
    out += 32;
    outB += 32;
  }
}
