package anpr

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// service is one operation of the registry and where it answers.
type service struct {
	operazione string
	path       string
	namespace  string
}

var (
	consultazione  = service{"3002", "/ANPR3000ServiziConsultazione/AnprService3000", "http://sogei.it/ANPR/3000consultazione"}
	certificazione = service{"6001", "/ANPR6001ServizioCertificazione/AnprService6001", "http://sogei.it/ANPR/6001certificazione"}
)

// destinatario names the registry and, with it, the version of the interface.
const destinatario = "ANPR05"

// testata is what heads every request (type tipoDatoTestataRichiesta).
type testata struct {
	id         string
	mittente   domain.CodiceISTAT
	ora        time.Time
	protocollo string
	tipoInvio  string
	decorrenza domain.Date // of historical requests of operation 6001 only
	software   *Config
}

// request writes a whole request: root element, header, and what body adds.
func (s service) request(t testata, body func(*message)) []byte {
	var m message
	m.Grow(2048)
	root := "ns:Richiesta" + s.operazione
	m.open(root + ` xmlns:ns="` + s.namespace + `"`)
	m.open("testataRichiesta")
	m.leaf("idOperazioneComune", t.id)
	m.leaf("codMittente", string(t.mittente))
	m.leaf("codDestinatario", destinatario)
	m.leaf("operazioneRichiesta", s.operazione)
	m.leaf("dataOraRichiesta", t.ora.Format("2006-01-02T15:04:05.000Z07:00"))
	m.leaf("tipoOperazione", "C") // on a citizen's request: nothing is changed
	m.leaf("protocolloComune", t.protocollo)
	m.leaf("tipoInvio", t.tipoInvio)
	m.leaf("dataDecorrenza", t.decorrenza.String())
	m.leaf("nomeApplicativo", t.software.Nome)
	m.leaf("versioneApplicativo", t.software.Versione)
	m.leaf("fornitoreApplicativo", t.software.Fornitore)
	m.close("testataRichiesta")
	body(&m)
	m.close(root)
	return []byte(m.String())
}
