// Improves what already works without it. No framework, no eval, nothing inline.
(() => {
  'use strict';
  const page = document.documentElement;
  const $ = (what, within = document) => within.querySelector(what);
  const $$ = (what, within = document) => [...within.querySelectorAll(what)];
  const on = (events, act) => events.split(' ').forEach(event => document.addEventListener(event, act));
  const post = form => fetch(form.action, { method: 'POST', redirect: 'manual', body: new URLSearchParams(new FormData(form)) });
  const say = text => { const line = $('#avviso'); line.textContent = ''; setTimeout(() => line.textContent = text, 50); };

  page.classList.add('js');
  $('#errori, #inviata')?.focus();
  if (matchMedia('(max-width: 47.99rem)').matches) $$('.v-filters').forEach(filters => filters.open = false);

  // Codice fiscale: its check character, and the day of birth read back.
  const shape = /^[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPRST][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]$/;
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  const worth = c => c <= '9' ? +c : c.charCodeAt() - 65;
  const born = code => {
    const sum = [...code.slice(0, 15)].reduce((n, c, i) => n + (i % 2 ? worth(c) : odd[worth(c)]), 0);
    if (!shape.test(code) || worth(code[15]) !== sum % 26) return '';
    const digits = at => code.slice(at, at + 2).replace(/\D/g, c => 'LMNPQRSTUV'.indexOf(c)), two = n => String(n).padStart(2, '0');
    const year = digits(6), month = 'ABCDEHLMPRST'.indexOf(code[8]) + 1, day = digits(9) % 40;
    if (digits(9) > 71 || !day || day > new Date(2000 + +year, month, 0).getDate()) return '';
    const century = year > new Date().getFullYear() % 100 ? '19' : ''; // 05 is 1905 or 2005
    return `${digits(9) > 40 ? 'Nata' : 'Nato'} il ${two(day)}/${two(month)}/${century}${year}`;
  };
  const check = field => {
    const code = field.value.replace(/[\s.-]/g, '').toUpperCase(), line = document.getElementById(field.dataset.cf);
    const said = code.length < 16 ? '' : born(code) || 'Codice non valido: controllare i caratteri';
    line.classList.toggle('bad', said.startsWith('Codice'));
    if (line.textContent !== said) line.textContent = said;
  };

  // The request as a sentence. What the chosen ambito means is written on it by the server.
  const tell = form => {
    const line = form && $('[data-summary]', form);
    if (!line) return;
    const data = new FormData(form), value = name => (data.get(name) || '').trim();
    const who = value('modo') === 'nome' ? ['cognome', 'nome', 'data_nascita'].map(value).filter(Boolean).join(' ') : value('codice_fiscale').toUpperCase();
    const strong = text => { const b = document.createElement('b'); b.textContent = text || '…'; return b; };
    line.replaceChildren(strong($('[name=tipo]:checked + span', form)?.textContent.trim()), ' di ', strong(who), ', per la pratica ', strong(value('numero_pratica')),
      '. ' + ($('[name=ambito]:checked', form)?.dataset.dice || ''));
  };
  // Under the purpose its legal basis; without script those of all stand there.
  const ground = list => { document.getElementById(list.dataset.says).textContent = list.selectedOptions[0]?.dataset.dice || ''; };
  on('input', e => { if (e.target.dataset.cf) check(e.target); if (e.target.dataset.says) ground(e.target); tell(e.target.form); });
  $$('[data-says]').forEach(ground);
  $$('[data-cf]').forEach(check);
  $$('[data-summary]').forEach(line => { if ($$('[name=codice_fiscale], [name=cognome]', line.closest('form')).some(f => f.value)) tell(line.closest('form')); });

  // Radios by their first letters, as in a select: the same letter again goes on to the next.
  let typed = '', since = 0;
  on('keydown', e => {
    const group = e.target.type === 'radio' && e.target.closest('[data-typeahead]');
    if (!group || e.key.length > 1 || e.ctrlKey || e.metaKey || e.altKey) return;
    const going = e.timeStamp - since < 900, key = e.key.toLowerCase();
    if (key === ' ' && !(going && typed)) return;
    const again = going && typed === key;
    typed = going && !again ? typed + key : key;
    since = e.timeStamp;
    const all = $$('input', group), from = again ? all.indexOf(e.target) + 1 : 0;
    const hit = [...all.slice(from), ...all.slice(0, from)].find(radio => radio.closest('label').textContent.trim().toLowerCase().startsWith(typed));
    e.preventDefault();
    if (hit) { hit.focus(); hit.click(); }
  });

  // A form is sent once. Coming back frees it, and so does an answer that does not come.
  on('submit', e => {
    const form = e.target;
    if (!form.hasAttribute('data-once')) return;
    if ('sent' in form.dataset) return e.preventDefault();
    form.dataset.sent = '';
    setTimeout(() => delete form.dataset.sent, 20000);
  });
  addEventListener('pageshow', () => $$('[data-sent]').forEach(form => delete form.dataset.sent));

  // Single keys (WCAG 2.1.4): never while typing, and whoever does not want them turns them off.
  on('keydown', e => {
    if (e.key === 'Escape') $$('.v-menu[open]').forEach(menu => { menu.open = false; $('summary', menu).focus(); });
    const typing = e.target.closest('input:not([type=radio], [type=checkbox]), textarea, select, [data-typeahead]');
    if (typing || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || page.dataset.tasti === 'no' || $('dialog[open]')) return;
    const key = e.key.toLowerCase(), rows = $$('[data-rows] tbody tr, [data-rows] > li').map(row => $('a[href]', row)).filter(Boolean);
    if ((key === 'j' || key === 'k') && rows.length) {
      const at = rows.includes(document.activeElement) ? rows.indexOf(document.activeElement) : rows.findIndex(a => a.hasAttribute('aria-current'));
      const next = rows[Math.min(rows.length - 1, Math.max(0, at + (key === 'j' ? 1 : -1)))];
      next.focus();
      if (next.hasAttribute('hx-get')) next.click();
      return;
    }
    const target = !e.repeat && $$('[data-key]').find(t => t.dataset.key === key && t.checkVisibility());
    if (!target) return;
    e.preventDefault();
    if (target.matches('summary')) { target.parentElement.open = true; $('select, textarea, input:not([type=hidden])', target.parentElement)?.focus(); }
    else if (target.matches('input, [data-focus]')) target.focus();
    else target.click();
  });
  on('change', e => {
    const form = e.target.closest('[data-tasti-form]');
    if (!form) return;
    const box = e.target, undo = () => { box.checked = !box.checked; say('Non salvato: riprova'); };
    post(form).then(answer => {
      if (!answer.ok && answer.type !== 'opaqueredirect') return undo();
      page.dataset.tasti = box.checked ? 'si' : 'no';
      say(box.checked ? 'Scorciatoie attive' : 'Scorciatoie disattivate');
    }, undo);
  });

  // Dialogs, copies; a menu is closed by whatever happens outside it.
  const away = e => $$('.v-menu[open]').forEach(menu => { if (!menu.contains(e.target)) menu.open = false; });
  on('focusin', away);
  on('click', e => {
    away(e);
    const opens = e.target.closest('[data-open]'), copies = e.target.closest('[data-copy]');
    if (opens) document.getElementById(opens.dataset.open).showModal();
    if (copies) navigator.clipboard.writeText(copies.dataset.copy).then(() => {
      const icon = $('use', copies), show = (a, b) => icon.setAttribute('href', icon.getAttribute('href').replace(a, b));
      show('#copy', '#check');
      setTimeout(() => show('#check', '#copy'), 2000);
      say('Copiato');
    }, () => say('Non copiato'));
  });
  if (!isSecureContext) $$('[data-copy], [data-impronta]').forEach(useless => useless.hidden = true); // over plain HTTP

  // A swap keeps the focus on what had it; from nowhere it goes to the document of a finished visura.
  let held = '';
  on('htmx:before:swap', () => held = document.activeElement?.id);
  on('htmx:after:swap', e => {
    const told = document.getElementById(e.detail.ctx.target?.id)?.dataset.annuncio;
    if (told) say(told);
    if (document.activeElement && document.activeElement !== document.body) return;
    (held && document.getElementById(held) || $('#scarica'))?.focus({ preventScroll: true });
  });
  // What htmx was refused is not swapped in: a live part asks again, the rest is opened as a page.
  on('htmx:error htmx:response:error', e => {
    const ctx = e.detail.ctx, trigger = e.target.getAttribute?.('hx-trigger') || '';
    if (!ctx || ctx.hx?.redirect) return;
    ctx.swap = 'none';
    if (trigger.startsWith('load') && !(ctx.response?.status < 500)) {
      setTimeout(() => { const again = e.target.cloneNode(true); e.target.replaceWith(again); htmx.process(again); }, 5000);
    } else if (!trigger.startsWith('every')) location.assign(ctx.request.action);
  });

  // Two minutes before the session ends a dialog offers to go on; at its end the page is left. Other tabs prolong
  // it too, so the server is asked for the seconds left, which prolongs nothing.
  const dialog = $('#scade');
  if (dialog && page.dataset.scade) {
    let end, warned;
    const set = seconds => { end = Date.now() + seconds * 1000; if (seconds > 120) { warned = false; dialog.close(); } };
    const heard = async answer => { const got = await answer; set(got.ok && Number(await got.text()) || 0); };
    const leave = () => location.replace(dialog.dataset.poi || '/accedi');
    set(page.dataset.scade);
    setInterval(async () => {
      const now = Date.now();
      if (now < end - 120000 || warned && now < end) return;
      await heard(fetch('/sessione')).catch(() => {});
      if (Date.now() >= end) leave();
      else if (Date.now() >= end - 120000 && !warned) { warned = true; dialog.showModal(); }
    }, 5000);
    dialog.addEventListener('submit', e => {
      if (!e.target.action.endsWith('/sessione')) return;
      e.preventDefault();
      heard(post(e.target)).then(() => { dialog.close(); if (Date.now() >= end) leave(); }, () => say('Il servizio non risponde: riprova'));
    });
  }

  // The fingerprint of a file is computed here: nothing is sent.
  $$('[data-impronta]').forEach(zone => {
    const line = $('.v-say', zone), wanted = zone.dataset.impronta.replace(/\s/g, '').toLowerCase();
    const compare = async file => {
      if (!file) return;
      line.classList.remove('bad');
      line.textContent = 'Calcolo dell’impronta…';
      const sum = [...new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))].map(b => b.toString(16).padStart(2, '0')).join('');
      const revoked = zone.dataset.revocata;
      line.classList.toggle('bad', sum !== wanted || !!revoked);
      line.textContent = sum !== wanted ? 'Il file NON è il documento emesso.'
        : revoked ? `Il file è identico al documento emesso, che è stato revocato il ${revoked}.` : 'Il file è identico al documento emesso.';
    };
    $('[type=file]', zone).addEventListener('change', e => compare(e.target.files[0]));
    zone.addEventListener('dragover', e => e.preventDefault());
    zone.addEventListener('drop', e => { e.preventDefault(); compare(e.dataTransfer.files[0]); });
  });
})();
