package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// The rules on the person: what ANPR checks before a certificate (ANPR.md
// section 5), with what is no obstacle to a visura turned into a warning.

// regole puts the rules of every kind before those of one.
func regole(proprie ...Regola) []Regola {
	return slices.Concat([]Regola{competenza, certificabilita, codiceFiscaleValido}, proprie)
}

// rifiuta is the refusal for a reason.
func rifiuta(reason string) Esito {
	return Esito{Rifiuta: true, Codice: reason, Testo: domain.NotIssuableText(reason)}
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
	if c.Visura.Request.Ambito == domain.Nazionale {
		return Esito{}
	}
	istat := c.Persona.Comune().ISTAT
	return se(istat != "" && istat != c.Visura.Request.Comune, domain.ReasonOtherComune)
}

// certificabilita reads table 42. Why a person's data are limited is nobody's
// business here: guardianship is not printed.
func certificabilita(c Caso) Esito {
	switch c.Persona.Certificabile {
	case scheda.NonCertificabile:
		return rifiuta(domain.ReasonNotCertifiable)
	case scheda.CertificabileParziale:
		if ofResidenzaOrFamiglia(c.Visura.Request.Tipo) {
			return Esito{}
		}
		return avverti("certificabilita_parziale", "In ANPR il soggetto è certificabile solo per residenza e stato di famiglia: i dati qui riportati vanno verificati con l'Ufficio Anagrafe.")
	case scheda.NonIscrivibile, scheda.Tutelato:
		return avverti("certificabilita_limitata", "In ANPR risultano limitazioni alla certificabilità dei dati del soggetto: verificare con l'Ufficio Anagrafe.")
	}
	return Esito{}
}

func ofResidenzaOrFamiglia(t domain.Tipo) bool {
	switch t {
	case domain.ResidenzaTipo, domain.ResidenzaAIRE, domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE:
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
func residente(c Caso) Esito { return se(c.Persona.AIRE(), domain.ReasonAIRE) }

// iscrittoAIRE refuses everybody else.
func iscrittoAIRE(c Caso) Esito { return se(!c.Persona.AIRE(), domain.ReasonNotAIRE) }

// iscritto refuses the dead and the cancelled, each with the reason that helps.
func iscritto(c Caso) Esito {
	p := c.Persona
	switch {
	case p.Deceased():
		return rifiuta(domain.ReasonDeceased)
	case p.Cancellazione == nil:
		return Esito{}
	}
	switch motivo := p.Cancellazione.Motivo; {
	case motivo == "10":
		return rifiuta(domain.ReasonDoubleEntry)
	case !p.AIRE() && motivo == "6", p.AIRE() && motivo == "5":
		return rifiuta(domain.ReasonUntraceable)
	case !p.AIRE() && motivo == "8":
		return rifiuta(domain.ReasonAIRE)
	}
	return rifiuta(domain.ReasonCancelled)
}

// notaCancellazione warns, on a history, that the person left the register.
func notaCancellazione(c Caso) Esito {
	p := c.Persona
	switch {
	case p.Deceased():
		return avverti("soggetto_deceduto", "Il soggetto risulta deceduto.")
	case p.Cancellazione == nil:
		return Esito{}
	}
	testo := "Il soggetto risulta cancellato dall'anagrafe"
	if d := p.Cancellazione.Decorrenza; !d.IsZero() {
		testo += " dal " + d.Italiana()
	}
	if m := p.CancellazioneText(); m != "" {
		testo += " per " + m
	}
	return avverti("soggetto_cancellato", testo+".")
}
