import { App, DatePicker, Form, Input, Modal, Select, type InputRef } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState, type ReactNode, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ApiError, onceKey } from '../../../api/client.ts'
import { useWho } from '../../../api/session.tsx'
import { useCategories } from '../../../directory/directory.ts'
import { useActorName } from '../../../directory/names.ts'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { useSaving } from '../../../shell/saving.ts'
import { useDialogueFocus } from '../../../shell/dialogue-focus.ts'
import { Key } from '../../../shell/shortcuts.tsx'
import { articleFields, fieldText, fieldWord, type Article, type ArticleField, type ArticleText } from './article-fields.ts'
import { useUnitOptions } from '../registers/dated-rows.tsx'
import { markRefused } from '../registers/refused-fields.ts'
import { MineOrTheirs } from '../mine-or-theirs.tsx'

type Entered = Omit<ArticleText, 'validFrom' | 'validTo'> & { validFrom: Dayjs | null, validTo: Dayjs | null, note: string }

/** What is being typed about an article, and the article as it stood on the page then; null: a new one. */
interface Typed { base: Article | null, text: ArticleText, note: string }

const dayOf = (text: string | null): Dayjs | null => text === null || text === '' ? null : dayjs(text)

const entered = (text: ArticleText, note = ''): Entered =>
  ({ ...text, validFrom: dayOf(text.validFrom), validTo: dayOf(text.validTo), note })

function written ({ note: _note, ...values }: Entered): ArticleText {
  const { unitId, basis, keywords, shortAnswer, categoryCodes } = values
  return {
    ...values,
    unitId: unitId ?? null,
    basis: basis ?? '',
    keywords: keywords ?? '',
    shortAnswer: shortAnswer ?? '',
    categoryCodes: categoryCodes ?? [],
    validFrom: values.validFrom?.format('YYYY-MM-DD') ?? '',
    validTo: values.validTo?.format('YYYY-MM-DD') ?? null
  }
}

const differing = (
  one: ArticleText, other: ArticleText
): ArticleField[] => articleFields.filter(f => JSON.stringify(one[f]) !== JSON.stringify(other[f]))

const textOf = (article: Article): ArticleText => Object.fromEntries(articleFields.map(f => [f, article[f]])) as ArticleText

const blank = (validFrom: string): ArticleText => (
  { title: '', body: '', shortAnswer: '', keywords: '', basis: '', categoryCodes: [], unitId: null, validFrom, validTo: null })

/** Saves an article anew, or what differs from the version it goes `over`. */
async function send (text: ArticleText, note: string, over: Article | null): Promise<void> {
  if (over === null) {
    await api.POST('/api/knowledge', { params: { header: onceKey() }, body: { ...text, note } })
    return
  }
  const change = Object.fromEntries(differing(text, over).map(f => [f, text[f]]))
  if (Object.keys(change).length > 0) {
    await api.PATCH('/api/knowledge/{id}',
      { params: { path: { id: over.id }, header: onceKey() }, body: { version: over.version, change, note } })
  }
}

/** The fields that both have written since `base`, and not alike. */
const inConflict = (mine: ArticleText, theirs: ArticleText, base: ArticleText): ArticleField[] =>
  differing(mine, base).filter(f => differing(theirs, base).includes(f) && differing(mine, theirs).includes(f))

/** The fields of `mine` that were written since `base`, on top of theirs. */
const onTopOf = (theirs: ArticleText, mine: ArticleText, base: ArticleText): ArticleText =>
  Object.assign({}, ...articleFields.map(f => ({ [f]: differing(mine, base).includes(f) ? mine[f] : theirs[f] }))) as ArticleText

/** Saves, on top of what somebody else has saved meanwhile. Answers theirs, and saves nothing, where both wrote the same field. */
async function sendOrAsk (mine: ArticleText, note: string, base: Article | null): Promise<Article | null> {
  try {
    await send(mine, note, base)
  } catch (error) {
    if (base === null || !(error instanceof ApiError && error.code === 'version-conflict')) throw error
    const { data: theirs } = await api.GET('/api/knowledge/{id}', { params: { path: { id: base.id } } })
    if (!theirs) throw error
    if (inConflict(mine, theirs, base).length > 0) return theirs
    await send(onTopOf(theirs, mine, base), note, theirs)
  }
  return null
}

/** Edits an article. When somebody else changed the same field meanwhile, both versions are shown and a person decides. */
export function ArticleEditor ({ article, today, onClose }: { article: Article | null, today: string, onClose: () => void }): ReactNode {
  const { t } = useTranslation('admin')
  const attempt = useAttempt()
  const { modal, message } = App.useApp()
  const [form] = Form.useForm<Entered>()
  const { field, opened } = useDialogueFocus<InputRef>()
  const { answers: { typed }, set, forget } = useKeptAnswers<{ typed: Typed | null }>(
    `${useWho().login}:article:${article?.id ?? ''}`, '', () => ({ typed: null }))
  // Words typed before a reload are about the article as it stood then: a change since then is asked about.
  const [before] = useState(typed)
  const [seen, setSeen] = useState(before?.base ?? article)
  const [theirs, setTheirs] = useState<Article | null>(null)
  const { busy, run } = useSaving(theirs !== null)
  const first = before?.text ?? (article === null ? blank(today) : textOf(article))
  const keep = (_: unknown, values: Entered): void => { set({ typed: { base: seen, text: written(values), note: values.note } }) }
  const close = (): void => {
    forget()
    onClose()
  }
  const save = async (): Promise<boolean> => {
    const values = await form.validateFields().catch(() => null)
    if (values === null) return false
    let now: Article | null = null
    const done = await attempt(async () => {
      try {
        now = await sendOrAsk(written(values), values.note?.trim() ?? '', seen)
      } catch (error) {
        markRefused(form, articleFields, error, t('fieldRefused'))
        throw error
      }
    })
    setTheirs(now)
    if (!done || now !== null) return false
    void message.success(t('saved'))
    close()
    return true
  }
  const press = (): void => { void run(save) }
  const settle = (whose: 'mine' | 'theirs'): void => {
    if (theirs === null || seen === null) return
    const values = form.getFieldsValue(true) as Entered
    const mine = written(values)
    const text = onTopOf(theirs, mine, seen)
    if (whose === 'theirs') Object.assign(text, Object.fromEntries(inConflict(mine, theirs, seen).map(f => [f, theirs[f]])))
    form.setFieldsValue(entered(text, values.note))
    // What was given up does not come back after a reload.
    if (differing(text, theirs).length === 0 && (values.note ?? '') === '') forget()
    else set({ typed: { base: theirs, text, note: values.note } })
    setSeen(theirs)
    setTheirs(null)
  }
  const leave = (): void => {
    if (busy) return
    if (typed !== null) void modal.confirm({ title: t('leaveUnsaved'), okText: t('leave'), onOk: close })
    else close()
  }

  return (
    <Modal
      open
      title={article === null ? t('add') : `${t('change')} ${article.id}`}
      width={860}
      style={{ top: 12 }}
      mask={{ closable: false }}
      afterOpenChange={opened}
      onCancel={leave}
      onOk={press}
      okText={<>{t('save')}<kbd>Ctrl+Enter</kbd></>} okButtonProps={{ loading: busy, disabled: theirs !== null }}
      cancelButtonProps={{ disabled: busy }}
    >
      <Key keys='Ctrl+Enter' disabled={theirs !== null} onPress={press} />
      {theirs !== null && seen !== null && (
        <Conflict mine={written(form.getFieldsValue(true) as Entered)} theirs={theirs} base={seen} onKeep={settle} />
      )}
      <Form<Entered>
        form={form} layout='vertical' initialValues={entered(first, before?.note)} className='register-form' disabled={busy}
        onValuesChange={keep}
      >
        <ArticleFields titleRef={field} />
      </Form>
    </Modal>
  )
}

function ArticleFields ({ titleRef }: { titleRef: Ref<InputRef> }): ReactNode {
  const { t } = useTranslation('admin')
  const categories = useCategories()
  const units = useUnitOptions()
  const short = (Form.useWatch<string | undefined>('shortAnswer')) ?? ''
  return (
    <>
      <Form.Item className='wide' name='title' label={t('articleTitle')} rules={[{ required: true, whitespace: true }]}>
        <Input ref={titleRef} maxLength={120} />
      </Form.Item>
      <Form.Item className='wide' name='body' label={t('articleBody')} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea rows={7} maxLength={4000} showCount />
      </Form.Item>
      <Form.Item className='wide' name='shortAnswer' label={`${t('shortAnswer')} · ${short.length} / 320`} extra={t('shortAnswerHint')}>
        <Input.TextArea rows={3} maxLength={320} />
      </Form.Item>
      <Form.Item name='keywords' label={t('words')} extra={t('wordsHint')}><Input maxLength={400} /></Form.Item>
      <Form.Item name='categoryCodes' label={t('articleCategories')}>
        <Select
          mode='multiple'
          showSearch={{ optionFilterProp: 'label' }}
          options={categories.map(c => ({ value: c.code, label: `${c.code} ${c.name}` }))}
        />
      </Form.Item>
      <Form.Item name='unitId' label={t('unit')}>
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={units} />
      </Form.Item>
      <Form.Item name='basis' label={t('basis')}><Input maxLength={400} /></Form.Item>
      <Form.Item name='validFrom' label={t('from')} rules={[{ required: true }]}><DatePicker style={{ width: '100%' }} /></Form.Item>
      <Form.Item name='validTo' label={t('to')} extra={t('validToHint')}><DatePicker style={{ width: '100%' }} /></Form.Item>
      <Form.Item className='wide' name='note' label={t('changeNote')}><Input maxLength={200} /></Form.Item>
    </>
  )
}

function Conflict ({ mine, theirs, base, onKeep }: {
  mine: ArticleText,
  theirs: Article,
  base: ArticleText,
  onKeep: (whose: 'mine' | 'theirs') => void
}): ReactNode {
  const { t } = useTranslation('admin')
  const actorName = useActorName()
  const rows = inConflict(mine, theirs, base).map(f => (
    { name: f, label: t(fieldWord[f]), mine: fieldText(mine[f]), theirs: fieldText(theirs[f]) }
  ))
  return (
    <MineOrTheirs
      title={t('articleConflict', { by: actorName(theirs.changedBy), version: theirs.version })}
      rows={rows}
      cell={{ className: 'pre', lang: 'zh-CN' }}
      onKeep={onKeep}
    />
  )
}
