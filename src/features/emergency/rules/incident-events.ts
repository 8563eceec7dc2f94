/** Every kind of line on an incident's timeline; the same stands in the table's CHECK. */
export const incidentEventKinds = [
  'started', 'stopped', 'resumed', 'reordered', 'ended', 'locked', 'unlocked', 'muted-all', 'unmuted-all', 'recording-started',
  'recording-stopped', 'private', 'reunited', 'added', 'skipped', 'removed', 'not-in-office', 'same-telephone', 'number-refused',
  'no-number', 'dialled', 'placed', 'answered', 'key', 'leg-ended', 'finished', 'unreached', 'entered', 'left', 'refused-locked',
  'self-muted', 'self-unmuted', 'muted', 'unmuted', 'admitted', 'spoke', 'chair-rung', 'chair-not-answered', 'deputy-called',
  'deputy-unknown', 'wrong-pin', 'turn-over', 'link-cut', 'link-restored', 'root-moved', 'moved', 'not-moved'
] as const
export type IncidentEventKind = typeof incidentEventKinds[number]
