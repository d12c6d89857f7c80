// A form with data-passkey asks that address for the options of a passkey, or with data-nuova of one to be made, hands them
// to the device, and is sent with what it answers. What comes then is a page as after any form.
(() => {
  'use strict';
  const ask = async form => {
    const answer = await fetch(form.dataset.passkey, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ modulo: form.elements.modulo.value }) });
    if (!answer.ok) throw new Error(answer.status);
    const { cerimonia, opzioni: { publicKey } } = await answer.json();
    const credential = 'nuova' in form.dataset
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    form.elements.cerimonia.value = cerimonia;
    form.elements.risposta.value = JSON.stringify(credential);
    form.submit();
  };
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON;
    form.addEventListener('submit', e => {
      e.preventDefault();
      const line = form.querySelector('.v-say');
      line.classList.remove('bad');
      line.textContent = 'Attendi la richiesta del dispositivo…';
      ask(form).catch(() => {
        line.classList.add('bad');
        line.textContent = 'La passkey non è stata usata. Riprova, o scegli un altro modo.';
      });
    });
  }
})();
