import Type, { type Static } from 'typebox'

/*
 * The door of a node process (节点进程) as both sides know it: the process beside a PBX answers, the service asks. Every request shows the
 * secret both keep, as `authorization: Bearer …`.
 *
 *   POST /ship                   carries what is in the journal file now        → Shipped
 *   GET  /recordings/<name>      a recording, a WAV                             404: there is none, or no sound in it
 *   POST /recordings/sizes       { names }                                      → Sizes
 *   GET  /sounds                 the sounds of the PBX                          → Sounds
 *   GET  /sounds/<name>          one of them, a WAV                             404: there is none
 *   HEAD /sounds/spoken/<name>   whether a spoken sentence is there
 *   PUT  /sounds/spoken/<name>   the whole sentence, a WAV, or nothing of it    409: its sounds are kept by others
 *   GET  /state                  what the process last said of itself           → Report
 */

const Share = Type.Union([Type.Number(), Type.Null()], { description: 'free share of a disk, 0 to 1; null: it cannot be read' })

export const ShippedSchema = Type.Object({
  /** rounds that failed in a row */
  failures: Type.Integer(),
  /** bytes the PBX has written that are not in the database */
  behindBytes: Type.Integer()
})
export type Shipped = Static<typeof ShippedSchema>

/** Bytes of each file, 0 where there is none; null: the folder itself is away, which says nothing of its files. */
export const SizesSchema = Type.Object({ sizes: Type.Union([Type.Array(Type.Integer()), Type.Null()]) })

const Sound = Type.Object({
  /** by a person; otherwise a machine speaks it */
  recorded: Type.Boolean(),
  /** null: its file is not there */
  bytes: Type.Union([Type.Integer(), Type.Null()])
})

/** The fixed sentences by name; null: this PBX's sounds are kept by others. */
export const SoundsSchema = Type.Object({ sounds: Type.Union([Type.Record(Type.String(), Sound), Type.Null()]) })
export type Sounds = Static<typeof SoundsSchema>['sounds']

export const ReportSchema = Type.Object({
  /** the PBX it stands beside */
  node: Type.String(),
  /** null: this PBX writes the journal's table by itself */
  journal: Type.Union([
    Type.Object({ failures: Type.Integer(), behindBytes: Type.Integer(), freeShare: Share }),
    Type.Null()
  ]),
  /** the PBX beside takes connections */
  pbxRuns: Type.Boolean(),
  recordings: Type.Object({ on: Type.Boolean(), freeShare: Share }),
  /** null: sounds kept by others */
  prompts: Type.Union([Type.Object({ recorded: Type.Integer(), synthetic: Type.Integer(), missing: Type.Integer() }), Type.Null()]),
  /** its regular work whose last run failed */
  failing: Type.Array(Type.String())
})
export type NodeReport = Static<typeof ReportSchema>

/** A recording's name below the recordings folder; it comes from the journal, so from outside. */
export const recordingName = /^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w-][\w./-]{0,250}\.wav$/
/** A fixed sentence's name. */
export const soundName = /^[a-z0-9-]{1,40}(?:\/[a-z0-9-]{1,40})?$/
/** A spoken sentence's name: the hash of its text. */
export const spokenName = /^[0-9a-f]{32}$/
/** Bytes of the largest sound: 20 minutes. */
export const maxSoundBytes = 20_000_000
/** Names asked for at once. */
export const maxNames = 200
