import assert from "node:assert/strict";
import { test } from "node:test";
import type { History } from "../src/contract.ts";
import { operatorTable } from "../src/views/operators.ts";

test("shares of an operator are of all times that it was applied", () => {
  const rare = { applied: [0, 0], survived: [0, 0], improved: [0, 0] };
  const common = { applied: [6, 2], survived: [3, 1], improved: [2, 0] };
  const { columns } = operatorTable({ operators: { rare, common } } as unknown as History);
  const values = columns.map((one) => one.values);
  assert.deepEqual(values, [["common", "rare"], [8, 0], [4, 0], [2, 0], [50, null], [25, null]]);
});
