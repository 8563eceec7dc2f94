import type { Role } from '../../../../domain/people/roles.ts'

/** Who keeps the register, and mends what is exchanged. */
export const keepers: readonly Role[] = ['ADMINISTRATOR']
/** Who reads it, and is told of silence. */
export const readers: readonly Role[] = ['ADMINISTRATOR', 'SUPERVISOR']
