import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { DomainError } from '../../domain/errors.ts'

const minCharacters = 10
/** 0 to 4; 3: safely unguessable, some 10^8 guesses (zxcvbn's scale). */
const minScore = 3

const estimator = new ZxcvbnFactory({
  dictionary: { ...dictionary, ours: ['liandong', 'minhang', '962000', '12345', 'hotline', 'shanghai', 'dalian', 'dadong'] },
  graphs: adjacencyGraphs
})

/** @throws DomainError `weak-password`; details.why: `short`, `common` (or easily guessed), or `login` */
export function checkPassword (password: string, login: string): void {
  const refuse = (why: string): never => {
    throw new DomainError('weak-password', 'this password is too easily guessed', { field: 'password', why })
  }
  if ([...password].length < minCharacters) refuse('short')
  // The login is no secret: the rest of the password must be long enough.
  if ([...password.toLowerCase().replaceAll(login.toLowerCase(), '')].length < minCharacters) refuse('login')
  if (estimator.check(password.slice(0, 100), [login]).score < minScore) refuse('common')
}
