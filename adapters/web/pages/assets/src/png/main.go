// Command png draws the icons of the web app manifest from icona.svg, in the folder
// it is run in.
package main

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log"
	"os"

	"github.com/srwiley/oksvg"
	"github.com/srwiley/rasterx"
)

// blue is the ground of the icon.
var blue = color.RGBA{0x00, 0x66, 0xcc, 0xff}

func main() {
	for _, icon := range []struct {
		name   string
		size   int
		ground color.Color
	}{
		{"icona-192.png", 192, color.Transparent},
		{"icona-512.png", 512, color.Transparent},
		{"icona-maskable.png", 512, blue}, // blue to the edges, for whoever cuts it to a shape
	} {
		if err := write(icon.name, icon.size, icon.ground); err != nil {
			log.Fatal(err)
		}
	}
}

// write draws the icon on a ground and saves it.
func write(name string, size int, ground color.Color) error {
	icon, err := oksvg.ReadIcon("icona.svg", oksvg.StrictErrorMode)
	if err != nil {
		return err
	}
	icon.SetTarget(0, 0, float64(size), float64(size))
	for i := range icon.SVGPaths {
		icon.SVGPaths[i].LineWidth *= float64(size) / icon.ViewBox.W // oksvg leaves it as it is
	}
	drawn := image.NewRGBA(image.Rect(0, 0, size, size))
	draw.Draw(drawn, drawn.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	icon.Draw(rasterx.NewDasher(size, size, rasterx.NewScannerGV(size, size, drawn, drawn.Bounds())), 1)
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	best := png.Encoder{CompressionLevel: png.BestCompression}
	if err := best.Encode(file, drawn); err != nil {
		return err
	}
	return file.Close()
}
