package web_test

// The rows of requests about many people.
func init() {
	const people = `{"comune":"{comune}","tipo":"residenza","finalita":"ISEE","numero_pratica":"2026/{numero}","soggetti":[{"codice_fiscale":"{subject}"}]}`
	matrix = append(matrix, []row{
		{"request-massiva", "prova", "{new}", people, "33+++33+ 3333 334434 44 33333313 1333"},
		{"request-massiva-file", "prova", "{new}?comune={comune}&tipo=residenza&finalita=ISEE&numero_pratica=2026/{numero}", "codice_fiscale\n{subject}\n", "33+++33+ 3333 334434 44 33333313 1333"},
		{"resume-massiva", "", "{massiva}", "", "333+433+ 4444 444444 44 44444414 1333"},
		{"withdraw-massiva", "", "{massiva}", "", "+3++433+ 4444 444444 44 44444414 13++"},
		{"list-massive", "", "", "{massiva}", "++++o+++ oooo oooooo oo 33333313 13++"},
		{"read-massiva", "", "{massiva}", "", "++++4+++ 4444 444444 44 33333313 13++"},
		{"download-massiva", "nulla di emesso", "{massiva}", "", "333x433x 4444 444444 44 33333313 1333"},
		{"grant-massive", "", "{atto}", `{"atto":{numero},"tetto":9,"base_giuridica":"art. 50"}`, "+3333333 3333 433333 33 33333313 1333"},
		{"end-massive", "", "{atto}", `{"atto":{numero},"motivo":"Conclusa"}`, "+3333333 3333 433333 33 33333313 13++"},
	}...)
}
