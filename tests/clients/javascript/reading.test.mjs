// The official JavaScript client, reading. TOLVA_URL is where Tolva answers, TOLVA_EMPLOYEES the lines
// that it was given, as JSON.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { PostgrestClient } from '@supabase/postgrest-js'

const url = `${process.env.TOLVA_URL}/rest/v1`
const client = new PostgrestClient(url)
const lines = JSON.parse(readFileSync(process.env.TOLVA_EMPLOYEES, 'utf8'))
const emails = [...new Set(lines.map((line) => line.email))].sort()

/** The rows of an answer that is none of an error. */
async function rows(query) {
  const { data, error } = await query
  assert.equal(error, null)
  return data
}

test('rows are selected, ordered and counted', async () => {
  const { data, count, error } = await client
    .from('employee').select('email', { count: 'exact' }).order('email')
  assert.equal(error, null)
  assert.equal(count, emails.length)
  assert.deepEqual(data.map((row) => row.email), emails)
})

test('a head request counts and sends nothing', async () => {
  const { data, count } = await client
    .from('employee').select('*', { count: 'exact', head: true })
  assert.equal(data, null)
  assert.equal(count, emails.length)
})

test('filters of the client', async () => {
  const state = lines[0].state
  const of = (holds) => [...new Set(lines.filter(holds).map((line) => line.email))].sort()
  const got = async (query) => (await rows(query)).map((row) => row.email).sort()
  const table = () => client.from('employee').select('email')
  assert.deepEqual(await got(table().eq('state', state)), of((line) => line.state === state))
  assert.deepEqual(await got(table().neq('state', state)), of((line) => line.state !== state))
  assert.deepEqual(
    await got(table().match({ state, first_name: lines[0].first_name })),
    of((line) => line.state === state && line.first_name === lines[0].first_name),
  )
  assert.deepEqual(
    await got(table().ilike('email', '%@EXAMPLE.NET')), of((line) => line.email.endsWith('@example.net')),
  )
  assert.deepEqual(await got(table().not('state', 'eq', state)), of((line) => line.state !== state))
  assert.deepEqual(await got(table().filter('state', 'in', `("${state}")`)), of((line) => line.state === state))
  assert.deepEqual(await got(table().likeAllOf('email', ['%.%', '%example.org'])),
    of((line) => line.email.endsWith('example.org')))
})

test('what is referred to is embedded', async () => {
  const found = await rows(client.from('employee').select('email, company(name), department(name)'))
  for (const row of found) {
    const own = lines.filter((line) => line.email === row.email)
    assert.equal(row.company.name, own[0].company_name)
    assert.deepEqual(
      new Set(row.department.map((one) => one.name)), new Set(own.map((line) => line.department)),
    )
  }
  const spread = await rows(client.from('employee').select('email, ...company(firm:name)').limit(1))
  assert.equal(typeof spread[0].firm, 'string')
})

test('pages', async () => {
  const seen = []
  for (;;) {
    const page = await rows(
      client.from('employee').select('email').order('email').range(seen.length, seen.length + 24),
    )
    seen.push(...page.map((row) => row.email))
    if (page.length < 25) break
  }
  assert.deepEqual(seen, emails)
})

test('one row or none', async () => {
  const one = await rows(client.from('employee').select().eq('email', emails[0]).single())
  assert.equal(one.email, emails[0])
  const none = await rows(client.from('employee').select().eq('email', 'nobody@example.com').maybeSingle())
  assert.equal(none, null)
  const { error, status } = await client.from('employee').select().single()
  assert.equal(error.code, 'PGRST116')
  assert.equal(status, 406)
})

test('comma-separated values', async () => {
  const text = await rows(client.from('company').select('name').limit(2).csv())
  assert.equal(text.split('\n')[0].trim(), 'name')
})

test('errors have codes and hints', async () => {
  const { error, status } = await client.from('employee').select('nothing')
  assert.equal(error.code, '42703')
  assert.equal(status, 400)
  assert.match(error.hint, /email/)
})
