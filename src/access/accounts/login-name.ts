import { DomainError } from '../../domain/errors.ts'

/** Names under which the service itself acts: nobody signs in as one of them. */
const reserved: ReadonlySet<string> = new Set(['system', 'pbx', 'nobody', 'exchange', 'machine'])

/** @throws DomainError `login-name`; details.why: `short`, `long`, `characters`, `first-character` or `reserved` */
export function checkLoginName (login: string): void {
  const refuse = (why: string): never => {
    throw new DomainError('login-name', 'a login is 2 to 40 small letters, digits, dots, dashes and underscores', { field: 'login', why })
  }
  if (login.length < 2) refuse('short')
  if (login.length > 40) refuse('long')
  if (!/^[a-z0-9._-]*$/.test(login)) refuse('characters')
  if (!/^[a-z0-9]/.test(login)) refuse('first-character')
  if (reserved.has(login)) refuse('reserved')
}
