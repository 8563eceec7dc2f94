/** Columns of an `Incident`, for statements on `incident`. */
export const incidentColumns = `id, number, plan_code, order_id, title, place, level, reason, drill, mode, state, pin_sealed, node,
  room_prefix, leaf_rooms, locked, muted_all, recording, message, prompt, started_by, started_at, ended_by, ended_at, way_in_due, revision`
