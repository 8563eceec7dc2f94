/** What can be set about the emergency dial; seconds throughout. How often somebody is rung is the attempt policy's. */
export interface EmergencySettings {
  /** people to one conference room */
  roomSize: number
  /** how long a question waits for its key */
  keySeconds: number
  timeZone: string
  hotlineNumber: string
}

/** Roles that see an incident on a screen. */
export const incidentAudience = { roles: ['EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'LEADER', 'ADMINISTRATOR'] } as const
