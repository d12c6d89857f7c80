package web_test

// The rows of what the documents of a Comune bear of its own.
func init() {
	matrix = append(matrix, []row{
		{"keep-stemma", "un file che non lo è", "{comune}", "\x89PNG", "i3333333 3333 433333 33 33333313 13ii"},
		{"read-stemma", "", "{comune}", "", "++444+44 4444 444444 44 33333313 13++"},
		{"publish-modello", "", "{comune}", `{"precedente":{modello},"piede":["Orario al pubblico: 9–13."]}`, "+3333333 3333 433333 33 33333313 1333"},
		{"preview-modello", "", "{comune}", `{"precedente":{modello},"piede":["Orario al pubblico: 9–13."]}`, "+3333333 3333 433333 33 33333313 13++"},
		{"GET /modelli", "", "", "", "+4444+4> 444> +444+> 44 3444331> >+>+"},
		{"GET /modelli/stemmi/{stemma}", "", "", "", "+4444+4> 444> 44444> 44 3444331> >+>+"},
		{"GET /modelli/{versione}/anteprima", "", "", "", "+4444+4> 444> +444+> 44 3444331> >+>+"},
		{"POST /modelli/confronto", "con un carattere che non si stampa", "", "modulo={modulo}&piede=%E7%8E%8B", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /modelli/anteprima", "con un carattere che non si stampa", "", "modulo={modulo}&piede=%E7%8E%8B", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /modelli", "con un carattere che non si stampa", "", "modulo={modulo}&piede=%E7%8E%8B", "i4444441 4441 i44441 44 34444411 131i"},
	}...)
}
