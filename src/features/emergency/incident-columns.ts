/** Columns of the table `incident` that an `Incident` has. */
export const ownColumns = `id, number, plan_code, order_id, title, place, level, reason, drill, mode, state, pin_sealed,
  room_prefix, leaf_rooms, locked, muted_all, recording, message, prompt, started_by, started_at, ended_by, ended_at, way_in_due, revision`

/** PBX node of the root room, for statements on `incident`. */
export const rootNode = '(select r.node from conference_room r where r.incident_id = incident.id and r.number = 0) as node'

/** Columns of an `Incident`, for statements on `incident`. */
export const incidentColumns = `${ownColumns}, ${rootNode}`
