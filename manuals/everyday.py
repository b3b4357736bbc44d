"""Words that people type for those of the manuals. A line: what is typed, and what the manuals say for it."""

from collections.abc import Mapping

from manuals.roots import root, roots, words

_SAID = """
mandar, remitir, entregar: enviar
regresar, rechazar, rebotar, devuelto: devolver, observado
borrar, tirar, deshacer: eliminar, quitar, retirar, deshace
borre sin querer, sin querer, por error: equivoqué
equivocado, mal, erroneo, incorrecto: equivoqué, corregir
celular, cel, movil, tablet: teléfono
internet, wifi, luz, trabo, congelo: conexión
se me paso, se me fue, se paso la fecha, fuera de tiempo, llego tarde: venció
atrasado, tarde, vencido: venció, extemporáneo
feriado, festivo, asueto, puente: inhábiles
descanso, incapacidad, ausente, licencia: suplente, vacaciones
permiso, acceso, derechos, rol, puesto: función, nombramiento
usuario, empleado, trabajador: persona, cuenta
password, clave de acceso: contraseña
bajar, exportar, sacar: descargar, datos
impresora, papel, pdf: imprimir, PDF
foto, fotografia, anexo, comprobante, soporte: evidencia
cargar, meter, anexar: subir, adjuntar
llenar, teclear, reportar: capturar
modificar, editar, arreglar, enmendar: corregir, cambiar
aprobar, autorizar, aceptar: validar
firmar: validar, firma
todo junto, de un jalon, de golpe: todas, seleccionadas
notificacion, mensaje, mail, email: correo, aviso
recordatorio, avisar: recordar
color, foco: semáforo
calificacion, puntaje: cumplimiento, porcentaje
jefe, director: titular
auditar, auditoria, fiscalizar, inspeccionar: muestra, comprobar
falso, alterado, manipulado, falsificado: huella, comprobación
transparencia, ciudadano: ciudadanía, publicar
web: sitio
login, loguear, ingresar, iniciar: entrar
bloqueado, bloqueo: bloqueó, intentos
nada que reportar, no hubo nada, no hubo actividad, nada este mes, ningun caso, ninguna solicitud: sin actividad
poner cero, en cero, ceros: 0, actividad
aparece, sale, encuentro: veo
usuario nuevo, agregar usuario, agregar usuario nuevo, crear usuario, agregar persona, nueva persona: alta, persona
reabrir: abrir
robaron, hackearon: contraseña, llave
poa: programa anual
significa, concepto, definicion: glosario
coma, decimales: números, decimales
error 500, error del sistema, pantalla de error: error del servidor
no aparece mi indicador, no sale mi indicador, falta un indicador, no encuentro mi indicador: aparece, corresponde
quien cambio, quien movio, quien modifico: quién cambió, historia, bitácora
porcentaje mal, me sale mal, no me cuadra, no cuadra: porcentaje
quitar permiso, quitar acceso, ya no trabaja, renuncio: baja, terminar
como empezar, por donde empezar, por donde empiezo, soy nuevo, soy nueva: primer, día
hasta cuando, cuantos dias, fecha limite, cuanto tiempo: vence, hábiles
responsable: titular, toca
cambiar director, nuevo director, nuevo titular, cambiar titular, cambiar enlace, nuevo enlace: nombramiento
duplicado, repetido: eliminar
no ha capturado, no han capturado, no han enviado, quien debe, quien no capturo: falta, faltantes
quitar del sitio, despublicar: retirar
quien entro, ultimo acceso: entrada
que archivos, que formatos, tipo de archivo, tipos de archivo: sirven, MB
pesa mucho, muy pesado, tamano, muy grande: pesa, MB
no guarda, no se guarda: guardar
subir el programa, cargar el programa, subir catalogo: importar catálogo
"""


def _meanings() -> Mapping[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for line in _SAID.strip().splitlines():
        typed, _, said = line.partition(":")
        for phrase in typed.split(","):
            found.setdefault(tuple(roots(phrase)), set()).update(root(word) for word in words(said))
    return {typed: frozenset(said) for typed, said in found.items()}


MEANINGS = _meanings()
"""Roots of what is typed → roots of what the manuals say for it."""
LONGEST_PHRASE = max(map(len, MEANINGS))
