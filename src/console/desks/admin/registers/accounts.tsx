import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input } from 'antd'
import { useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { every } from '../../../api/closed-lists.ts'
import { useUnitName } from '../../../directory/directory.ts'
import { moment } from '../../../moments/moments.tsx'
import { readAgents, useAgents, type Agent } from '../../../phone/my-agent.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { useUnitOptions } from './dated-rows.tsx'
import { allChosen, text, textOrNull, type Entered } from './entered.ts'
import { usePeople } from './people-register.tsx'
import { Register } from './register.tsx'

type Account = paths['/api/users']['get']['responses']['200']['content']['application/json']['items'][number]
type NewAccount = paths['/api/users']['post']['requestBody']['content']['application/json']
/** Roles a person may have; an outside system's is not among them. */
const roles = every<NewAccount['roles'][number]>()([
  'AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'HANDLER', 'VERIFIER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR', 'LEADER',
  'SUPERVISOR', 'KNOWLEDGE_EDITOR', 'ADMINISTRATOR', 'WALL'
])

const newAccount = (values: Entered): NewAccount => ({
  login: text(values.login),
  password: text(values.password),
  roles: allChosen(roles, values.roles),
  unitId: textOrNull(values.unitId),
  personId: textOrNull(values.personId),
  extension: textOrNull(values.extension)
})

async function allAccounts (): Promise<Account[]> {
  const all: Account[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { data } = await api.GET('/api/users', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } })
    all.push(...data?.items ?? [])
    cursor = data?.next ?? null
  }
  return all
}

const withDisabled = (a: Account) => ({ ...a, disabled: a.disabledAt !== null })

/** Logins: roles, unit, telephone; disabled rather than removed. */
export function UserRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const unitName = useUnitName()
  const units = useUnitOptions()
  const people = usePeople()
  const agents = useAgents()
  const secret = useRef('')
  const { data: accounts = [] } = useQuery({ queryKey: ['users'], queryFn: allAccounts })
  const setPassword = (login: string): void => {
    secret.current = ''
    void modal.confirm({
      title: `${t('newPassword')}: ${login}`,
      content: (
        <Input.Password
          autoFocus
          autoComplete='new-password'
          aria-label={t('password')}
          placeholder={t('password')}
          onChange={e => { secret.current = e.target.value }}
        />
      ),
      // A refused password stays in the field.
      onOk: (close: () => void) => {
        const set = async (): Promise<void> => {
          await api.PUT('/api/users/{login}/password',
            { params: { path: { login }, header: onceKey() }, body: { password: secret.current } })
        }
        void attempt(set, t('passwordSet')).then(done => { if (done) close() })
      }
    })
  }
  return (
    <Register<Account & { disabled: boolean }>
      name='users'
      rows={accounts.map(withDisabled)}
      keyOf={a => a.login}
      read={async () => (await allAccounts()).map(withDisabled)}
      reload={() => { void queries.invalidateQueries({ queryKey: ['users'] }) }}
      columns={[
        { title: t('login'), dataIndex: 'login' },
        { title: t('roles'), dataIndex: 'roles', render: (rs: string[]) => rs.map(r => t(`role.${r}`, r)).join(t('shell:comma')) },
        { title: t('unit'), dataIndex: 'unitId', render: (id: string | null) => unitName(id) },
        {
          title: t('person'),
          dataIndex: 'personId',
          render: (id: string | null, a) => people.find(p => p.id === id)?.name ?? id ?? agents.find(g => g.login === a.login)?.displayName
        },
        { title: t('extension'), dataIndex: 'extension' },
        { title: t('disabled'), dataIndex: 'disabledAt', render: (at: string | null) => moment(at) }
      ]}
      fields={[
        { name: 'login', label: t('login'), required: true, onlyNew: true },
        { name: 'password', label: t('password'), kind: 'password', required: true, onlyNew: true },
        { name: 'roles', label: t('roles'), kind: 'many', required: true, options: roles.map(r => ({ value: r, label: t(`role.${r}`) })) },
        { name: 'unitId', label: t('unit'), kind: 'select', options: units },
        { name: 'personId', label: t('person'), kind: 'select', options: people.map(p => ({ value: p.id, label: `${p.id} ${p.name}` })) },
        { name: 'extension', label: t('extension') },
        { name: 'disabled', label: t('disabled'), kind: 'yes', onlyChange: true }
      ]}
      onAdd={async values => { await api.POST('/api/users', { params: { header: onceKey() }, body: newAccount(values) }) }}
      onChange={async (account, values) => {
        await api.PATCH('/api/users/{login}', { params: { path: { login: account.login }, header: onceKey() }, body: values })
      }}
      more={a => <Button size='small' onClick={() => { setPassword(a.login) }}>{t('newPassword')}</Button>}
    />
  )
}

/** Agents' telephones; a new SIP password is shown once. */
export function AgentRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { modal } = App.useApp()
  const queries = useQueryClient()
  const attempt = useAttempt()
  const agents = useAgents()
  const tell = ({ extension, sipPassword }: { extension: string, sipPassword: string }): void => {
    void modal.info({ title: t('sipPassword'), content: <code>{extension}: {sipPassword}</code> })
  }
  const renew = async (extension: string): Promise<void> => {
    if (!await modal.confirm({ title: `${t('newSipPassword')}: ${extension}`, content: t('newSipPasswordMeans') })) return
    await attempt(async () => {
      const { data } = await api.POST('/api/agents/{extension}/sip-password', { params: { path: { extension }, header: onceKey() } })
      if (data) tell(data)
    })
  }
  const save = async (extension: string, values: Entered): Promise<void> => {
    const { data } = await api.PUT('/api/agents/{extension}', {
      params: { path: { extension }, header: onceKey() },
      body: { login: textOrNull(values.login), displayName: String(values.displayName), webrtc: values.webrtc === true }
    })
    if (data?.sipPassword) tell({ extension: data.extension, sipPassword: data.sipPassword })
  }
  return (
    <Register<Agent>
      name='agents'
      rows={agents}
      keyOf={a => a.extension}
      read={readAgents}
      reload={() => { void queries.invalidateQueries({ queryKey: ['agents'] }) }}
      fresh={{ webrtc: true }}
      columns={[
        { title: t('extension'), dataIndex: 'extension' },
        { title: t('display'), dataIndex: 'displayName' },
        { title: t('login'), dataIndex: 'login' },
        { title: t('telephoneKind'), dataIndex: 'webrtc', render: (w: boolean) => t(w ? 'webrtc' : 'deskPhone') },
        { title: t('state'), dataIndex: 'state', render: (s: string) => t(`phone:${s}`) }
      ]}
      fields={[
        { name: 'extension', label: t('extension'), required: true, onlyNew: true },
        { name: 'displayName', label: t('display'), required: true },
        { name: 'login', label: t('login') },
        { name: 'webrtc', label: t('webrtc'), kind: 'yes' }
      ]}
      onAdd={async values => { await save(String(values.extension), values) }}
      onChange={async ({ extension, login, displayName, webrtc }, values) => {
        await save(extension, { login, displayName, webrtc, ...values })
      }}
      more={a => <Button size='small' onClick={() => { void renew(a.extension) }}>{t('newSipPassword')}</Button>}
    />
  )
}
