package pdf

import (
	"encoding/hex"
	"errors"
	"fmt"

	"rsc.io/qr"
)

// qrCode is the grid of a QR code, one bit a module, rows padded to bytes.
type qrCode = *qr.Code

// encodeQR makes the code at level M, which can be read with 15 % of it damaged.
func encodeQR(url string) (qrCode, error) {
	if url == "" {
		return nil, errors.New("verification address is missing")
	}
	code, err := qr.Encode(url, qr.M)
	if err != nil {
		return nil, fmt.Errorf("verification address: %w", err)
	}
	return code, nil
}

// qr draws the code as one stencil of its modules, so that no viewer shows
// seams between them. The quiet zone of four modules is within the side.
func (s *sheet) qr(code qrCode, x, y, side float64) {
	module := side / float64(code.Size+8)
	size := module * float64(code.Size) * pointsPerMM
	px := (x + 4*module) * pointsPerMM
	py := (pageHeight-y-4*module)*pointsPerMM - size
	stride := (code.Size + 7) / 8
	rows := make([]byte, 0, stride*code.Size)
	for r := range code.Size {
		rows = append(rows, code.Bitmap[r*code.Stride:r*code.Stride+stride]...)
	}
	s.canvas.put(fmt.Sprintf("q 0 g %.3f 0 0 %.3f %.3f %.3f cm BI /W %d /H %d /IM true /D [1 0] /F /AHx ID %s> EI Q",
		size, size, px, py, code.Size, code.Size, hex.EncodeToString(rows)))
}
