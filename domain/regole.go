package domain

import "slices"

// The rules on the person: what ANPR checks before a certificate (ANPR.md
// section 5), with what is no obstacle to a visura turned into a warning.

// regole puts the rules of every kind before those of one.
func regole(proprie ...Regola) []Regola {
	return slices.Concat([]Regola{competenza, certificabilita, codiceFiscaleValido}, proprie)
}

// rifiuta is the refusal for a reason.
func rifiuta(reason string) Esito {
	return Esito{Rifiuta: true, Codice: reason, Testo: NotIssuableText(reason)}
}

// se refuses when the condition holds.
func se(condition bool, reason string) Esito {
	if !condition {
		return Esito{}
	}
	return rifiuta(reason)
}

// avverti is a warning, printed on the document.
func avverti(code, testo string) Esito { return Esito{Codice: code, Testo: testo} }

// competenza keeps a comunale request within the Comune. ANPR searches there
// only; this is the second lock on the same door.
func competenza(c Caso) Esito {
	if c.Visura.Request.Ambito == Nazionale {
		return Esito{}
	}
	istat := c.Persona.comune().ISTAT
	return se(istat != "" && istat != c.Visura.Request.Comune, ReasonOtherComune)
}

// comune is where a person is registered, as far as the blocks tell.
func (s Soggetto) comune() Localita {
	if s.Iscrizione != nil && s.Iscrizione.Comune.ISTAT != "" {
		return s.Iscrizione.Comune
	}
	if r, ok := s.residenza(); ok {
		return r.Indirizzo.Comune
	}
	return Localita{}
}

// certificabilita reads table 42. Why a person's data are limited is nobody's
// business here: guardianship is not printed.
func certificabilita(c Caso) Esito {
	switch c.Persona.Certificabile {
	case nonCertificabile:
		return rifiuta(ReasonNotCertifiable)
	case parziale:
		if ofResidenzaOrFamiglia(c.Visura.Request.Tipo) {
			return Esito{}
		}
		return avverti("certificabilita_parziale", "In ANPR il soggetto è certificabile solo per residenza e stato di famiglia: i dati qui riportati vanno verificati con l'Ufficio Anagrafe.")
	case nonIscrivibile, tutelato:
		return avverti("certificabilita_limitata", "In ANPR risultano limitazioni alla certificabilità dei dati del soggetto: verificare con l'Ufficio Anagrafe.")
	}
	return Esito{}
}

func ofResidenzaOrFamiglia(t Tipo) bool {
	switch t {
	case ResidenzaTipo, ResidenzaAIRE, StatoFamiglia, StatoFamigliaParentela, StatoFamigliaAIRE:
		return true
	}
	return false
}

func codiceFiscaleValido(c Caso) Esito {
	if g := c.Persona.Generalita; g.CodiceFiscale != "" && !g.CodiceFiscaleValido {
		return avverti("codice_fiscale_non_validato", "Il codice fiscale non risulta validato dall'Agenzia delle Entrate.")
	}
	return Esito{}
}

// residente refuses Italians abroad.
func residente(c Caso) Esito { return se(c.Persona.aire(), ReasonAIRE) }

// iscrittoAIRE refuses everybody else.
func iscrittoAIRE(c Caso) Esito { return se(!c.Persona.aire(), ReasonNotAIRE) }

// aire says whether the card is of the register of Italians abroad.
func (s Soggetto) aire() bool {
	return s.Generalita.AIRE || s.Famiglia != nil && s.Famiglia.AIRE || s.Legame != nil && s.Legame.Tipo == "5"
}

// deceduto says whether the card tells a death, found or presumed; motives 1
// and 2 are the same in tables 15 and 28.
func (s Soggetto) deceduto() bool {
	return s.Decesso != nil || s.Cancellazione != nil && (s.Cancellazione.Motivo == "1" || s.Cancellazione.Motivo == "2")
}

// iscritto refuses the dead and the cancelled, each with the reason that helps.
func iscritto(c Caso) Esito {
	p := c.Persona
	switch {
	case p.deceduto():
		return rifiuta(ReasonDeceased)
	case p.Cancellazione == nil:
		return Esito{}
	}
	switch motivo := p.Cancellazione.Motivo; {
	case motivo == "10":
		return rifiuta(ReasonDoubleEntry)
	case !p.aire() && motivo == "6", p.aire() && motivo == "5":
		return rifiuta(ReasonUntraceable)
	case !p.aire() && motivo == "8":
		return rifiuta(ReasonAIRE)
	}
	return rifiuta(ReasonCancelled)
}

// notaCancellazione warns, on a history, that the person left the register.
func notaCancellazione(c Caso) Esito {
	p := c.Persona
	switch {
	case p.deceduto():
		return avverti("soggetto_deceduto", "Il soggetto risulta deceduto.")
	case p.Cancellazione == nil:
		return Esito{}
	}
	testo := "Il soggetto risulta cancellato dall'anagrafe"
	if d := p.Cancellazione.Decorrenza; !d.IsZero() {
		testo += " dal " + d.Italiana()
	}
	if m := voceTabella(p.motiviCancellazione(), p.Cancellazione.Motivo); m != "" {
		testo += " per " + m
	}
	return avverti("soggetto_cancellato", testo+".")
}

func (s Soggetto) motiviCancellazione() map[string]string {
	if s.aire() {
		return cancellazioniAIRE
	}
	return cancellazioni
}
