/**
 * What a node is told of a call: its trunk, and to which node it was sent first, when by that node's own clock. A node that hung reads it
 * late, when another one has the call already, and refuses it.
 * @param first null: nobody else is asked; `at` in ms, null: its clock is not known
 */
export const noteOf = (trunk: string, first: { node: string, at: number | null } | null): string =>
  first === null || first.at === null ? trunk : `${trunk} ${first.node}=${Math.round(first.at)}`
