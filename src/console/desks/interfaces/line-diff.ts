export interface DiffLine { sign: '+' | '-' | ' ', line: string }

/** The lines of two short texts: those in both, those taken out and those put in. */
export function lineDiff (before: readonly string[], after: readonly string[]): DiffLine[] {
  // longest[i][j]: how many lines before[i…] and after[j…] have in common
  const longest = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const row = longest[i]
      if (row) row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: DiffLine[] = []
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const [old, fresh] = [before[i], after[j]]
    if (old !== undefined && old === fresh) {
      lines.push({ sign: ' ', line: old })
      i++
      j++
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', line: old })
      i++
    } else {
      lines.push({ sign: '+', line: fresh ?? '' })
      j++
    }
  }
  return lines
}
