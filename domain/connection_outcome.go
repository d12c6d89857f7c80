package domain

// ConnectionOutcome is what a test call to ANPR says of a Comune's connection. The
// codes are stored in events and never change; Text says each in Italian.
type ConnectionOutcome string

const (
	// ConnectionOK: ANPR took certificates and operators, and answered.
	ConnectionOK ConnectionOutcome = "ok"
	// CertificateRefused: the server broke the connection off over the certificate shown.
	CertificateRefused ConnectionOutcome = "certificato_rifiutato"
	CertificateRevoked ConnectionOutcome = "certificato_revocato"
	CertificateExpired ConnectionOutcome = "certificato_scaduto"
	// OperatorRefused: the first operator was rejected, the second was not.
	OperatorRefused ConnectionOutcome = "operatore_rifiutato"
	// SupplenteRefused: the second operator was rejected, the first was not.
	SupplenteRefused ConnectionOutcome = "supplente_rifiutato"
	// PolicyRejection: ANPR says no more than that its rules forbid the call.
	PolicyRejection    ConnectionOutcome = "rifiutato_dalle_regole"
	WorkstationRefused ConnectionOutcome = "postazione_rifiutata"
	ClockSkewed        ConnectionOutcome = "orologio_non_allineato"
	// HeaderRefused: Comune, environment or operation are not what ANPR expects there.
	HeaderRefused ConnectionOutcome = "testata_rifiutata"
	// ServerUntrusted: no authority that is trusted vouches for the server.
	ServerUntrusted ConnectionOutcome = "server_non_riconosciuto"
	// Unreachable: no connection, or no answer in time.
	Unreachable ConnectionOutcome = "non_raggiungibile"
	// RegistryFailing: the server is there and answers with a failure of its own.
	RegistryFailing ConnectionOutcome = "anpr_in_errore"
	// NotSetUp: this installation lacks the address of the environment, or a keystore.
	NotSetUp ConnectionOutcome = "non_configurato"
	// CallRefused: ANPR refused the call with a code of its own.
	CallRefused ConnectionOutcome = "chiamata_rifiutata"
)

// connectionTexts say what happened and what is to be done.
var connectionTexts = map[ConnectionOutcome][2]string{
	ConnectionOK:       {"ANPR ha accettato i certificati e gli operatori e ha risposto", "Non occorre fare nulla"},
	CertificateRefused: {"ANPR non accetta il certificato del Comune", "Verificare che il file sia quello della macchina del Comune, rilasciato da ANPR per questo ambiente"},
	CertificateRevoked: {"ANPR considera revocato il certificato del Comune", "Scaricare da ANPR un nuovo certificato e sostituirlo qui"},
	CertificateExpired: {"Un certificato del Comune è scaduto", "Scaricare da ANPR un nuovo certificato e sostituirlo qui"},
	OperatorRefused: {"ANPR rifiuta l'operatore, mentre accetta il secondo operatore",
		"Verificare in ANPR che l'operatore sia abilitato per il Comune e non sia bloccato, oppure indicarne un altro"},
	SupplenteRefused: {"ANPR rifiuta il secondo operatore, mentre accetta il primo",
		"Verificare in ANPR che il secondo operatore sia abilitato per il Comune e non sia bloccato, oppure indicarne un altro"},
	PolicyRejection: {"ANPR rifiuta la chiamata senza dirne la causa",
		"Verificare in ANPR, in quest'ordine: che l'operatore sia abilitato per il Comune e non sia bloccato; che l'indirizzo di rete da cui si chiama sia autorizzato (servono circa 24 ore); che il certificato sia di questo ambiente"},
	WorkstationRefused: {"ANPR non riconosce la postazione", "Verificare che il certificato della postazione sia quello rilasciato da ANPR al Comune e non quello della macchina o di un altro ente"},
	ClockSkewed:        {"L'orologio di questo server e quello di ANPR non concordano", "Far allineare l'orologio del server (NTP)"},
	HeaderRefused:      {"ANPR non accetta il Comune o l'ambiente indicati", "Verificare che il certificato sia del Comune e che l'ambiente sia quello dell'indirizzo di ANPR"},
	ServerUntrusted:    {"Il server che risponde all'indirizzo di ANPR non è riconosciuto", "Far verificare a chi cura l'installazione l'indirizzo di ANPR e il certificato della sua autorità"},
	Unreachable:        {"ANPR non è raggiungibile o non risponde", "Riprovare tra qualche minuto; se continua, far verificare rete, firewall e indirizzo di ANPR"},
	RegistryFailing:    {"ANPR risponde con un errore proprio", "Riprovare più tardi: i certificati non ne sono la causa"},
	NotSetUp:           {"In questa installazione manca l'indirizzo di ANPR per l'ambiente scelto, o un certificato non si apre", "Rivolgersi a chi cura l'installazione"},
	CallRefused:        {"ANPR ha rifiutato la chiamata di prova", "Riferire il codice all'assistenza di ANPR"},
}

// Text returns what happened and what is to be done about it, in Italian; of a code
// that is not known, only the code.
func (o ConnectionOutcome) Text() (what, todo string) {
	texts, ok := connectionTexts[o]
	if !ok {
		return string(o), ""
	}
	return texts[0], texts[1]
}
