package simulator_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
)

// words are texts of every simple type, and of none.
var words = []string{"", " ", "0", "1", "2", "9", "-1", "+1", "007", "12", "100", "1000", "039002", "39002", "A", "M", "s", "x", "è", "ZZ", "TEST", "NOME", "D'ALÒ-ŽUPANČIČ",
	"R2D2", "a b", " a", "a_b", "a/b", "2026-02-10", "2026-02-30", "2026-02-10Z", "2026-02-10+01:00", "2026-2-1", "10/02/2026", "2026-02-10T09:15:31", "2026-02-10T09:15:31.123+01:00",
	"2026-02-10 09:15:31", "2026-02-10T25:00:00", "VRDLCU78C14A547O", "12345678901", "1234567890", "12345678901234567", "VR10001LU", strings.Repeat("A", 20), strings.Repeat("A", 21),
	strings.Repeat("A", 30), strings.Repeat("A", 31), strings.Repeat("À", 80), strings.Repeat("À", 81), strings.Repeat("x", 241), "a&b", "a<b"}

// spoil changes one thing in a message, somewhere below its root.
func spoil(dice *rand.Rand, root *etree.Element) {
	all := root.FindElements(".//*")
	el := all[dice.IntN(len(all))]
	parent, at := el.Parent(), el.Index()
	switch dice.IntN(8) {
	case 0:
		parent.RemoveChild(el)
	case 1:
		parent.InsertChildAt(at, el.Copy())
	case 2:
		parent.RemoveChild(el)
		parent.InsertChildAt(min(at+1, len(parent.Child)), el)
	case 3:
		el.Tag = all[dice.IntN(len(all))].Tag
	case 4:
		parent.InsertChildAt(at, all[dice.IntN(len(all))].Copy())
	default:
		for len(el.ChildElements()) > 0 && dice.IntN(6) > 0 {
			list := el.ChildElements()
			el = list[dice.IntN(len(list))]
		}
		el.SetText(words[dice.IntN(len(words))])
	}
}

// full are requests with every element ANPR's schemas allow.
func full() map[string]string {
	comune := "<comune><nomeComune>RAVENNA</nomeComune><codiceIstat>039014</codiceIstat><siglaProvinciaIstat>RA</siglaProvinciaIstat><descrizioneLocalita>MEZZANO</descrizioneLocalita></comune>"
	header := "<protocolloComune>2026/000123</protocolloComune><dataProtocolloComune>2026-02-10</dataProtocolloComune>"
	local := "<idSchedaSoggettoComune><idSchedaSoggettoComuneIstat>039002</idSchedaSoggettoComuneIstat><idSchedaSoggetto>A-101</idSchedaSoggetto></idSchedaSoggettoComune>"
	ask := question{header: header, card: "1", codes: []int{2, 10}, more: "<ricercaNazionale>0</ricercaNazionale>" + strings.NewReplacer("<comune>", "<comuneResidenza>", "</comune>", "</comuneResidenza>").Replace(comune) + "<parametriANPR>1</parametriANPR>",
		criteria: byCode(luca) + "<cognome>VERDEMARE</cognome><nome>LUCA</nome><sesso>M</sesso><soggettoAIRE>N</soggettoAIRE>" + local +
			"<idSchedaSoggettoANPR>9000000000101</idSchedaSoggettoANPR><tipoScheda>3</tipoScheda><idFamigliaConvivenzaComune><idFamigliaConvivenzaComuneIstat>039002</idFamigliaConvivenzaComuneIstat><idFamigliaConvivenza>4321</idFamigliaConvivenza></idFamigliaConvivenzaComune><identificativoANPR>700000012345</identificativoANPR><idANPR>VR10001LU</idANPR>",
		birth:  "<datiNascita><dataEvento>1978-03-14</dataEvento><senzaGiorno>1</senzaGiorno><senzaGiornoMese>1</senzaGiornoMese><luogoNascita><luogoEccezionale>N</luogoEccezionale>" + comune + "</luogoNascita></datiNascita>",
		abroad: "<residenzaIscrizioneAIRE>" + comune + "<localita><descrizioneLocalita>LIEGI</descrizioneLocalita><descrizioneStato>BELGIO</descrizioneStato><codiceStato>206</codiceStato><provinciaContea>LIEGI</provinciaContea></localita><codiceConsolato>2230100</codiceConsolato></residenzaIscrizioneAIRE>"}.String()
	software := "<nomeApplicativo>Visure</nomeApplicativo><versioneApplicativo>1.0-rc</versioneApplicativo><fornitoreApplicativo>Comune</fornitoreApplicativo></testataRichiesta>"
	certify := certificate{holder: population().ByCodiceFiscale(luca)[0], types: []int{8}, from: "2026-02-10",
		lingua:  "<linguaCertificato><tipoLinguaCertificato>IT</tipoLinguaCertificato></linguaCertificato>",
		control: "<esenzioneBollo>10</esenzioneBollo><descrizioneEsenzioneBollo>USO</descrizioneEsenzioneBollo><listaAnnotazioni><rigaAnnotazione>NOTA</rigaAnnotazione></listaAnnotazioni><forzaCertificazione>1</forzaCertificazione><modalita>1</modalita><tipoFirmaElettorale>1</tipoFirmaElettorale>"}.String()
	more := "<sesso>M</sesso><dataNascita>1978-03-14</dataNascita><luogoNascita><luogoEccezionale>NAVE</luogoEccezionale>" + comune + "</luogoNascita><soggettoAIRE>S</soggettoAIRE><annoEspatrio>2012</annoEspatrio>" + local + "<idSchedaSoggettoANPR>9000000000101</idSchedaSoggettoANPR></generalita></soggettoIntestatario>"
	certify = strings.Replace(certify, "</generalita></soggettoIntestatario>", more, 1)
	return map[string]string{"3002": strings.Replace(ask, "</testataRichiesta>", software, 1), "6001": strings.Replace(certify, "</testataRichiesta>", software, 1)}
}

// xmllint reads ANPR's schemas itself: what it refuses the simulator must
// refuse with EN489, and nothing else.
func TestARequestIsRefusedExactlyWhenTheSchemaRefusesIt(t *testing.T) {
	t.Parallel()
	tool, schemas := xmllint(t), shared(t, "schemas")
	r := start(t)
	s := r.signer(bagnacavallo)
	for operation, message := range full() {
		dir := t.TempDir()
		dice := rand.New(rand.NewPCG(489, uint64(len(operation))))
		refused := map[string]bool{}
		var files []string
		for i := range 260 {
			doc := etree.NewDocument()
			if err := doc.ReadFromString(withID(message, fmt.Sprint("F", i))); err != nil {
				t.Fatal(err)
			}
			doc.WriteSettings = etree.WriteSettings{CanonicalEndTags: true, CanonicalText: true, CanonicalAttrVal: true}
			if i > 0 { // the first is as it should be
				spoil(dice, doc.Root())
			}
			text, err := doc.WriteToString()
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, fmt.Sprintf("%03d.xml", i))
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
			refused[file] = strings.Contains(r.ask(s, operation, text).outcome(), "EN489")
		}
		xsd := map[string]string{"3002": "3000consultazione.xsd", "6001": "6001certificazione.xsd"}[operation]
		out, _ := exec.Command(tool, append([]string{"--nonet", "--noout", "--schema", filepath.Join(schemas, xsd)}, files...)...).CombinedOutput()
		invalid := 0
		for _, file := range files {
			valid := strings.Contains(string(out), file+" validates")
			if !valid {
				invalid++
			}
			if valid == refused[file] {
				text, _ := os.ReadFile(file)
				t.Errorf("%s: valid %v, refused with EN489 %v: %s\n%s", operation, valid, refused[file], complaints(string(out), file), text)
			}
		}
		if refused[files[0]] || invalid < 100 || invalid > 240 {
			t.Errorf("%s: %d of %d invalid, the first refused: %v", operation, invalid, len(files), refused[files[0]])
		}
	}
}

// complaints are the validator's about one file.
func complaints(out, file string) string {
	var list []string
	for _, line := range strings.Split(out, "\n") {
		if strings.HasPrefix(line, file) {
			list = append(list, strings.TrimPrefix(line, file))
		}
	}
	return strings.Join(list, "\n")
}
