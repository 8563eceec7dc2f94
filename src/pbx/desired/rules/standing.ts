/** A part of the desired state that a PBX could not be given. */
export interface Lack {
  section: string
  /** names the part: the hash of its key, or its place in a file; never its value */
  key: string
  why: string
}

export interface Standing {
  node: string
  /** null: the PBX has not been given anything yet */
  revision: number | null
  lacks: readonly Lack[]
  /** sections with changes the PBX was not given in time */
  late: readonly string[]
}

/** For what a PBX is not ready, with the revision it has and the newest one; null: it is ready for everything. */
export function notReady ({ node, revision, lacks, late }: Standing, newest: number): string | null {
  const reasons = [
    ...late.length === 0 ? [] : [`${late.toSorted().join(', ')} ${revision ?? 0}/${newest}`],
    ...[...new Set(lacks.map(lack => `${lack.section}: ${lack.why}`))].sort()
  ]
  return reasons.length === 0 ? null : `${node}: ${reasons.join('; ')}`
}

/** Lacks after some parts were tried again. */
export function lacksAfter (before: readonly Lack[], tried: ReadonlyArray<Pick<Lack, 'section' | 'key'>>, found: readonly Lack[]): Lack[] {
  const again = new Set(tried.map(({ section, key }) => `${section}/${key}`))
  return [...before.filter(({ section, key }) => !again.has(`${section}/${key}`)), ...found]
}
