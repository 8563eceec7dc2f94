/** What can be set about the emergency dial; seconds throughout. */
export interface EmergencySettings {
  ringSeconds: number
  /** rounds through a person's numbers */
  attempts: number
  gapSeconds: number
  /** people to one conference room */
  roomSize: number
  /** how long a question waits for its key */
  keySeconds: number
  timeZone: string
  hotlineNumber: string
}

/** Roles that see an incident on a screen. */
export const incidentAudience = { roles: ['EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'LEADER', 'ADMINISTRATOR'] } as const
