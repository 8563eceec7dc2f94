import { Alert, App, Button, Input, Radio, Switch } from 'antd'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { api, onceKey } from '../../../api/client.ts'
import { holds, useWho } from '../../../api/session.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { usePlan, usePlans, type PlanWithMembers } from '../incident.ts'
import { IncidentList } from './incident-list.tsx'
import { PeoplePicker, type Added } from '../people-picker.tsx'
import { searchPlans } from './plan-search.ts'
import { useUnitName } from '../../../directory/directory.ts'

type Mode = 'simultaneous' | 'sequential'

/** One row a person, however many roles he holds: nobody is dialled twice. */
function peopleOf (plan: PlanWithMembers | null): Array<PlanWithMembers['members'][number] & { roles: string[] }> {
  const byPerson = new Map<string, PlanWithMembers['members'][number] & { roles: string[] }>()
  for (const m of plan?.members ?? []) {
    const known = byPerson.get(m.personId)
    if (known) known.roles.push(m.role)
    else byPerson.set(m.personId, { ...m, roles: [m.role] })
  }
  return [...byPerson.values()]
}

/** From what happened to ringing telephones on one page: plan, list, event, start. */
export function StartIncident (): ReactNode {
  const { t } = useTranslation('command')
  const { modal, message } = App.useApp()
  const attempt = useAttempt()
  const goTo = useNavigate()
  const chair = holds(useWho(), 'EMERGENCY_COORDINATOR')
  const unitName = useUnitName()
  const [said, setSaid] = useState('')
  const [code, setCode] = useState<string | null>(null)
  const [added, setAdded] = useState<readonly Added[]>([])
  const [title, setTitle] = useState<string | null>(null)
  const [place, setPlace] = useState('')
  const [level, setLevel] = useState('')
  const [reason, setReason] = useState('')
  const [drill, setDrill] = useState(false)
  const [mode, setMode] = useState<Mode>('simultaneous')
  const [busy, setBusy] = useState(false)
  // The same start is sent under one key, however often the hand hits it.
  const key = useRef(onceKey())
  const plans = usePlans()
  const found = useMemo(() => searchPlans(plans, said), [plans, said])
  const plan = usePlan(code)
  const people = useMemo(() => peopleOf(plan), [plan])
  const what = title ?? said
  const dialled = people.filter(p => p.numbers.length > 0).length + added.length

  const start = async (): Promise<void> => {
    setBusy(true)
    await attempt(async () => {
      const { data } = await api.POST('/api/incidents', {
        params: { header: key.current },
        body: {
          planCode: code,
          members: added.map(a => a.member),
          title: what.trim(),
          place: place.trim(),
          level: level.trim(),
          reason: reason.trim(),
          drill,
          mode
        }
      })
      if (!data) return
      if (data.joined) void message.info(t('joined'), 6)
      await goTo(`/command/${data.incidentId}`)
    })
    key.current = onceKey()
    setBusy(false)
  }
  const ask = (): void => {
    void modal.confirm({
      title: t('confirmStart', { n: dialled }),
      content: <><p>{what}{place && ` · ${place}`}</p><p>{t(mode)} · {t(drill ? 'confirmDrill' : 'confirmReal')}</p></>,
      okText: t('startNow'),
      okButtonProps: { danger: !drill },
      focusable: { autoFocusButton: 'ok' },
      onOk: start
    })
  }

  return (
    <div className='command-start'>
      <div className='command-left'>
        <IncidentList />
        {chair && (
          <section className='box' aria-label={t('plans')}>
            <label htmlFor='what'><h3>{t('whatHappened')}</h3></label>
            <Input.TextArea
              id='what'
              autoFocus
              autoSize={{ minRows: 2, maxRows: 4 }}
              maxLength={200}
              value={said}
              placeholder={t('whatHint')}
              onChange={e => { setSaid(e.target.value.replaceAll('\n', ' ')) }}
            />
            <ul className='plan-list' aria-label={t('plans')}>
              {found.map(({ plan: p, words }) => (
                <li key={p.code}>
                  <button
                    type='button'
                    className={code === p.code ? 'on' : ''}
                    aria-pressed={code === p.code}
                    onClick={() => { setCode(code === p.code ? null : p.code) }}
                  >
                    <span className='plan-name'>{p.name}</span>
                    {p.status !== 'EFFECTIVE' && <span className='plan-warn'>⚠ {t(`status.${p.status}`, p.status)}</span>}
                    <span className='muted small'>
                      {p.code} · {p.people}{t('people')}
                      {words.length > 0 && <> · {t('matched')} <b>{words.join('、')}</b></>}
                    </span>
                  </button>
                </li>
              ))}
              {found.length === 0 && <li className='muted'>{t('noPlan')}</li>}
            </ul>
          </section>
        )}
      </div>
      {chair && (
        <section className='box command-middle' aria-label={t('members')}>
          <h3>{plan ? plan.name : t('adHoc')}<span className='muted'>{dialled}{t('people')}</span></h3>
          {plan && plan.status !== 'EFFECTIVE' && (
            <Alert type='warning' showIcon title={`${t(`status.${plan.status}`, plan.status)} — ${t('notEffective')}`} />
          )}
          {plan && (
            <p className='muted small'>
              {t('levels')} {plan.levels} · {t('startWhen')} {plan.startWhen} · {t('lastDrill')}{' '}
              {plan.lastDrill}
            </p>
          )}
          <table className='people-table'>
            <tbody>
              {people.map(m => (
                <tr key={m.personId}>
                  <td className='tabular muted'>{m.order}</td>
                  <td><b>{m.name}</b></td>
                  <td>
                    {m.roles.join(t('shell:comma'))}
                    {m.commander && <span className='tag'>{t('commander')}</span>}
                    {m.mustAnswer && <span className='tag'>{t('mustAnswer')}</span>}
                  </td>
                  <td className='muted small'>{unitName(m.unitId)}</td>
                  <td className='tabular'>
                    {m.numbers.length > 0 ? m.numbers.map(n => <div key={n}>{n}</div>) : <b className='late-word'>{t('noNumber')}</b>}
                  </td>
                  <td />
                </tr>
              ))}
              {added.map((a, i) => (
                <tr key={`${a.label}-${i}`}>
                  <td className='muted'>+</td><td><b>{a.label}</b></td><td /><td />
                  <td className='tabular'>{a.numbers.join(' ')}</td>
                  <td><Button size='small' onClick={() => { setAdded(added.filter(other => other !== a)) }}>{t('take')}</Button></td>
                </tr>
              ))}
            </tbody>
          </table>
          <h4>{t('addPeople')}</h4>
          <PeoplePicker
            onAdd={a => {
              const person = 'personId' in a.member ? a.member.personId : null
              const there = person !== null &&
                (people.some(p => p.personId === person) || added.some(o => 'personId' in o.member && o.member.personId === person))
              if (there) void message.info(t('already'))
              else setAdded([...added, a])
            }}
          />
        </section>
      )}
      {chair && (
        <section className='box command-right' aria-label={t('start')}>
          <h3>{t('start')}</h3>
          <label htmlFor='title'>{t('title')} <span className='muted small'>{t('titleHint')}</span></label>
          <Input id='title' value={what} maxLength={100} onChange={e => { setTitle(e.target.value) }} />
          <label htmlFor='place'>{t('place')}</label>
          <Input id='place' value={place} maxLength={100} onChange={e => { setPlace(e.target.value) }} />
          <label htmlFor='level'>{t('level')}</label>
          <Radio.Group
            id='level'
            aria-label={t('level')}
            optionType='button'
            options={['Ⅳ', 'Ⅲ', 'Ⅱ', 'Ⅰ'].map(l => ({ value: `${l}级`, label: t('levelOf', { level: l }) }))}
            value={level}
            onChange={e => { setLevel(String(e.target.value)) }}
          />
          <label htmlFor='reason'>{t('reason')}</label>
          <Input.TextArea
            id='reason'
            autoSize={{ minRows: 2 }}
            maxLength={500}
            value={reason}
            onChange={e => { setReason(e.target.value) }}
          />
          <label htmlFor='mode'>{t('mode')}</label>
          <Radio.Group
            id='mode'
            aria-label={t('mode')}
            optionType='button'
            options={[{ value: 'simultaneous', label: t('simultaneous') }, { value: 'sequential', label: t('sequential') }]}
            value={mode}
            onChange={e => { setMode(e.target.value as Mode) }}
          />
          <span className='row drill'>
            <Switch checked={drill} onChange={setDrill} aria-label={t('drill')} />
            <b className={drill ? '' : 'late-word'}>{t(drill ? 'drill' : 'real')}</b>
          </span>
          <KeyButton
            type='primary'
            danger={!drill}
            size='large'
            block
            keys='Ctrl+Enter'
            loading={busy}
            disabled={busy || what.trim() === '' || reason.trim() === '' || dialled === 0}
            onPress={ask}
          >
            {t('startNow')} · {dialled}{t('people')}
          </KeyButton>
        </section>
      )}
    </div>
  )
}
