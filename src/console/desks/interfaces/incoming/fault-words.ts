import { addWords } from '../../../words/words.ts'
import type { Fault } from '../interface-types.ts'

/** What is wrong with a message, by the fault's code. */
addWords<Fault['code']>('fault', {
  zh: {
    'no-json': '不是 JSON',
    'too-deep': '嵌套超过32层',
    'key-twice': '同一对象内有重复的键',
    'broken-text': '含有无法保存的字符',
    'no-object': '不是对象',
    'no-kind': '种类写法不对',
    'no-version': '版本写法不对',
    'no-moment': '不是带时区的时间',
    'unknown-kind': '没有模块接收这一种类',
    'unknown-version': '没有这个版本',
    'unknown-field': '没有这个字段',
    missing: '缺少',
    'control-character': '含有控制字符',
    'wrong-form': '格式不对',
    'words-differ': '同一编号先前来过，内容不同',
    'clock-skew': '对方时钟偏差超过允许范围',
    refused: '不予接收',
    failed: '本系统五次处理失败'
  },
  en: {
    'no-json': 'is no JSON',
    'too-deep': 'is nested more than 32 deep',
    'key-twice': 'has a key twice in one object',
    'broken-text': 'has text that cannot be kept',
    'no-object': 'is no object',
    'no-kind': 'is no kind',
    'no-version': 'is no version',
    'no-moment': 'is no moment with its offset',
    'unknown-kind': 'nobody takes this kind',
    'unknown-version': 'there is no such version',
    'unknown-field': 'is not a field',
    missing: 'is missing',
    'control-character': 'holds control characters',
    'wrong-form': 'has not the right form',
    'words-differ': 'came before under this id, in other words',
    'clock-skew': 'the clock of the sender is off by more than is allowed',
    refused: 'refused',
    failed: 'failed five times by a fault of ours'
  }
})
