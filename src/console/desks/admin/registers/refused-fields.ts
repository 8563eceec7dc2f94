import type { FormInstance } from 'antd'
import { ApiError } from '../../../api/client.ts'

/** Marks the fields a refusal is about, so that what it says can be seen where it is meant. */
export function markRefused (form: Pick<FormInstance, 'setFields'>, names: readonly string[], error: unknown, word: string): void {
  if (!(error instanceof ApiError)) return
  const said = [...error.fields.map(f => f.path), typeof error.details.field === 'string' ? error.details.field : '']
  const refused = names.filter(name => said.some(path => path.split(/[./]/).includes(name)))
  form.setFields(refused.map(name => ({ name, errors: [word] })))
}
