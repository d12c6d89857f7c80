package web_test

// The rows of the pages by which people come in and of those about themselves.
func init() {
	matrix = append(matrix, []row{
		{"GET /accedi/aiuto", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
		{"GET /accedi/recupero", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
		{"POST /accedi/recupero", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
		{"POST /accedi/passkey", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
		{"POST /accedi/passkey/conferma", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},

		{"GET /identita", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
		{"POST /identita", "con un codice sbagliato", "", "modulo={modulo}&totp=x", "iiiiiii1 iii1 iiiii1 ii iiiiii11 1i1i"},
		{"POST /identita/passkey", "senza una passkey", "", "modulo={modulo}", "xxxxxxx1 xxx1 xxxxx1 xx xxxxxx11 1x1x"},
		{"GET /profilo", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
		{"GET /profilo/sicurezza", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
		{"GET /profilo/registro", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
		{"POST /profilo/avvisi", "", "", "modulo={modulo}&richieste=si", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},
		{"POST /profilo/password", "con due password diverse", "", "modulo={modulo}&nuova=x", "iiiiiii1 iii1 iiiii1 ii iiiiii11 1i1i"},
		{"POST /profilo/passkey", "senza risposta", "", "modulo={modulo}", "iiiiiii1 iii1 iiiii1 ii iiiiii11 1i1i"},
		{"POST /profilo/passkey/inizio", "", "", "modulo={modulo}", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},
		{"POST /profilo/passkey/rimozione", "di nessuna", "", "modulo={modulo}&passkey=AA", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},
		{"POST /profilo/codici", "", "", "modulo={modulo}", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},
		{"POST /profilo/sessioni", "di nessuno", "", "modulo={modulo}&sessione=x", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},
		{"GET /profilo/secondo-fattore", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
		{"POST /profilo/secondo-fattore", "", "", "modulo={modulo}", "+++++++1 +++1 +++++1 ++ ++++++11 1+1+"},
		{"POST /profilo/secondo-fattore/conferma", "", "", "nessun modulo", "iiiiiii1 iii1 iiiii1 ii iiiiii11 1i1i"},
	}...)
}
