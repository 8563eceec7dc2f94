import { createDialPermission } from '../../../src/dialler/permission/dial-permission.ts'

/** The dial permission with the centres of the sample district, no line of ours and no prefix named. */
export const permissionOfTest = createDialPermission({
  ourNumbers: async () => ({
    centres: new Set(['+862150009110', '+862150009119', '+862150009120', '+862150009122']),
    lines: new Set(['962000'])
  }),
  named: { byHand: [], automatic: [] }
})
