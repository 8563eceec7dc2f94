import { App } from 'antd'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { api, onceKey } from '../../../api/client.ts'
import { holds, useWho } from '../../../api/session.tsx'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { usePlan } from '../incident.ts'
import type { Added } from '../people-picker.tsx'
import { DialledPeople, peopleOf } from './dialled-people.tsx'
import { IncidentList } from './incident-list.tsx'
import { PlanPicker } from './plan-picker.tsx'
import { StartForm, type NewIncident } from './start-form.tsx'

interface Entered { said: string, code: string | null, added: readonly Added[], written: Partial<NewIncident> }

/** One page to start an incident: what happened, its plan, the people, title and reason. */
export function StartIncident (): ReactNode {
  const { t } = useTranslation('command')
  const { modal, message } = App.useApp()
  const attempt = useAttempt()
  const goTo = useNavigate()
  const who = useWho()
  const chair = holds(who, 'EMERGENCY_COORDINATOR')
  const { answers: { said, code, added, written }, set, forget } = useKeptAnswers<Entered>(`${who.login}:incident`, '',
    () => ({ said: '', code: null, added: [], written: {} }))
  const [busy, setBusy] = useState(false)
  // The same start is sent under one key, however often the button is pressed.
  const key = useRef(onceKey())
  const plan = usePlan(code)
  const people = useMemo(() => peopleOf(plan), [plan])
  // The title is what happened, in the words typed, until another one is written.
  const incident: NewIncident = { title: said, place: '', level: '', reason: '', drill: false, mode: 'simultaneous', ...written }
  const { title, place, level, reason, drill, mode } = incident
  const dialled = people.filter(p => p.numbers.length > 0).length + added.length

  const start = async (): Promise<void> => {
    setBusy(true)
    await attempt(async () => {
      const { data } = await api.POST('/api/incidents', {
        params: { header: key.current },
        body: {
          planCode: code,
          members: added.map(a => a.member),
          title: title.trim(),
          place: place.trim(),
          level: level.trim(),
          reason: reason.trim(),
          drill,
          mode
        }
      })
      if (!data) return
      forget()
      if (data.joined) void message.info(t('joined'), 6)
      await goTo(`/command/${data.incidentId}`)
    })
    key.current = onceKey()
    setBusy(false)
  }
  const ask = (): void => {
    void modal.confirm({
      title: t('confirmStart', { n: dialled }),
      content: <><p>{title}{place && ` · ${place}`}</p><p>{t(mode)} · {t(drill ? 'confirmDrill' : 'confirmReal')}</p></>,
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
          <PlanPicker said={said} onSaid={words => { set({ said: words }) }} code={code} onCode={chosen => { set({ code: chosen }) }} />
        )}
      </div>
      {chair && (
        <DialledPeople plan={plan} people={people} added={added} onAdded={now => { set({ added: now }) }} dialled={dialled} />
      )}
      {chair && (
        <StartForm
          incident={incident}
          onChange={change => { set({ written: { ...written, ...change } }) }}
          dialled={dialled}
          busy={busy}
          onStart={ask}
        />
      )}
    </div>
  )
}
