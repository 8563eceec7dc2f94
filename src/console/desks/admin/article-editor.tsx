import { Alert, App, Button, DatePicker, Form, Input, Modal, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ApiError, onceKey } from '../../api/client.ts'
import { useCategories } from '../../directory/directory.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { useShortcut } from '../../shell/shortcuts.tsx'
import { articleFields, fieldText, fieldWord, type Article, type ArticleText } from './article-fields.ts'
import { useUnitOptions } from './directory-registers.tsx'

type Entered = Omit<ArticleText, 'validFrom' | 'validTo'> & { validFrom: Dayjs, validTo: Dayjs | null, note: string }

const entered = (text: ArticleText): Entered => ({ ...text, validFrom: dayjs(text.validFrom), validTo: text.validTo === null ? null : dayjs(text.validTo), note: '' })

function written ({ note: _note, ...values }: Entered): ArticleText {
  const { unitId, basis, keywords, shortAnswer, categoryCodes } = values
  return { ...values, unitId: unitId ?? null, basis: basis ?? '', keywords: keywords ?? '', shortAnswer: shortAnswer ?? '', categoryCodes: categoryCodes ?? [], validFrom: values.validFrom.format('YYYY-MM-DD'), validTo: values.validTo?.format('YYYY-MM-DD') ?? null }
}

const textOf = (article: Article): ArticleText => Object.fromEntries(articleFields.map(f => [f, article[f]])) as ArticleText

/** Writes an article. Where somebody else has saved meanwhile, both texts are shown and a person decides. */
export function ArticleEditor ({ article, today, onClose }: { article: Article | null, today: string, onClose: () => void }): ReactNode {
  const { t } = useTranslation('admin')
  const attempt = useAttempt()
  const { modal } = App.useApp()
  const categories = useCategories()
  const units = useUnitOptions()
  const [form] = Form.useForm<Entered>()
  const [seen, setSeen] = useState(article)
  const [theirs, setTheirs] = useState<Article | null>(null)
  const [busy, setBusy] = useState(false)
  const short = (Form.useWatch('shortAnswer', form) as string | undefined) ?? ''
  const first: ArticleText = article ? textOf(article) : { title: '', body: '', shortAnswer: '', keywords: '', basis: '', categoryCodes: [], unitId: null, validFrom: today, validTo: null }

  async function send (text: ArticleText, note: string, version: number | null): Promise<void> {
    if (seen === null || version === null) {
      await api.POST('/api/knowledge', { params: { header: onceKey() }, body: { ...text, note } })
      return
    }
    const change = Object.fromEntries(articleFields.filter(f => JSON.stringify(text[f]) !== JSON.stringify(seen[f])).map(f => [f, text[f]]))
    if (Object.keys(change).length > 0) await api.PATCH('/api/knowledge/{id}', { params: { path: { id: seen.id }, header: onceKey() }, body: { version, change, note } })
  }

  const save = async (version = seen?.version ?? null): Promise<void> => {
    const values = await form.validateFields().catch(() => null)
    if (values === null || busy) return
    setBusy(true)
    const done = await attempt(async () => {
      try {
        await send(written(values), values.note?.trim() ?? '', version)
      } catch (error) {
        if (error instanceof ApiError && error.code === 'version-conflict' && seen !== null) {
          const { data } = await api.GET('/api/knowledge/{id}', { params: { path: { id: seen.id } } })
          setTheirs(data ?? null)
        }
        throw error
      }
    }, t('saved'))
    setBusy(false)
    if (done) onClose()
  }
  const settle = (whose: 'mine' | 'theirs'): void => {
    if (theirs === null) return
    setSeen(theirs)
    setTheirs(null)
    if (whose === 'theirs') form.setFieldsValue(entered(textOf(theirs)))
  }
  const leave = (): void => {
    if (form.isFieldsTouched()) void modal.confirm({ title: t('leaveUnsaved'), okText: t('leave'), onOk: onClose })
    else onClose()
  }
  useShortcut('Ctrl+Enter', () => { void save() }, theirs === null)

  return (
    <Modal
      open title={article === null ? t('add') : `${t('change')} ${article.id}`} width={860} style={{ top: 12 }} mask={{ closable: false }} onCancel={leave} onOk={() => { void save() }}
      okText={<>{t('save')}<kbd>Ctrl+Enter</kbd></>} okButtonProps={{ loading: busy, disabled: theirs !== null }}
    >
      {theirs !== null && <Conflict mine={written(form.getFieldsValue(true) as Entered)} theirs={theirs} onKeep={settle} />}
      <Form<Entered> form={form} layout='vertical' initialValues={entered(first)} className='register-form'>
        <Form.Item className='wide' name='title' label={t('articleTitle')} rules={[{ required: true, whitespace: true }]}><Input maxLength={120} autoFocus /></Form.Item>
        <Form.Item className='wide' name='body' label={t('articleBody')} rules={[{ required: true, whitespace: true }]}><Input.TextArea rows={7} maxLength={4000} showCount /></Form.Item>
        <Form.Item className='wide' name='shortAnswer' label={`${t('shortAnswer')} · ${short.length} / 320`} extra={t('shortAnswerHint')}><Input.TextArea rows={3} maxLength={320} /></Form.Item>
        <Form.Item name='keywords' label={t('words')} extra={t('wordsHint')}><Input maxLength={400} /></Form.Item>
        <Form.Item name='categoryCodes' label={t('articleCategories')}><Select mode='multiple' showSearch={{ optionFilterProp: 'label' }} options={categories.map(c => ({ value: c.code, label: `${c.code} ${c.name}` }))} /></Form.Item>
        <Form.Item name='unitId' label={t('unit')}><Select allowClear showSearch={{ optionFilterProp: 'label' }} options={units} /></Form.Item>
        <Form.Item name='basis' label={t('basis')}><Input maxLength={400} /></Form.Item>
        <Form.Item name='validFrom' label={t('from')} rules={[{ required: true }]}><DatePicker style={{ width: '100%' }} /></Form.Item>
        <Form.Item name='validTo' label={t('to')} extra={t('validToHint')}><DatePicker style={{ width: '100%' }} /></Form.Item>
        <Form.Item className='wide' name='note' label={t('changeNote')}><Input maxLength={200} /></Form.Item>
      </Form>
    </Modal>
  )
}

function Conflict ({ mine, theirs, onKeep }: { mine: ArticleText, theirs: Article, onKeep: (whose: 'mine' | 'theirs') => void }): ReactNode {
  const { t } = useTranslation('admin')
  const differ = articleFields.filter(f => JSON.stringify(mine[f]) !== JSON.stringify(theirs[f]))
  return (
    <Alert
      type='warning' style={{ marginBottom: 12 }} title={t('articleConflict', { by: theirs.changedBy, version: theirs.version })}
      description={
        <>
          <table className='plain-table admin-table'>
            <thead><tr><th scope='col' aria-label={t('part')} /><th scope='col'>{t('mine')}</th><th scope='col'>{t('theirs')}</th></tr></thead>
            <tbody>{differ.map(f => <tr key={f}><th scope='row'>{t(fieldWord[f])}</th><td className='pre' lang='zh-CN'>{fieldText(mine[f])}</td><td className='pre' lang='zh-CN'>{fieldText(theirs[f])}</td></tr>)}</tbody>
          </table>
          <span className='row'><Button onClick={() => { onKeep('mine') }}>{t('keepMine')}</Button><Button onClick={() => { onKeep('theirs') }}>{t('keepTheirs')}</Button></span>
        </>
      }
    />
  )
}
