import type { FormInstance } from 'antd'
import { ApiError } from '../../../api/client.ts'

/** Shows a refusal at the fields it is about. */
export function markRefused (form: Pick<FormInstance, 'setFields'>, names: readonly string[], error: unknown, word: string): void {
  if (!(error instanceof ApiError)) return
  const said = [...error.fields.map(f => f.path), typeof error.details.field === 'string' ? error.details.field : '']
  const refused = names.filter(name => said.some(path => path.split(/[./]/).includes(name)))
  form.setFields(refused.map(name => ({ name, errors: [word] })))
}
