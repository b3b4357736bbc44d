"""The words that the generated municipality is made of: believable, in Spanish, and nobody's real data."""

from typing import NamedTuple


class DepartmentNames(NamedTuple):
    """A dependencia and the matters that its programmes are about, as they stand after «de»."""

    prefix: str
    name: str
    matters: tuple[str, ...]


DEPARTMENTS = (
    DepartmentNames("PRE", "Presidencia Municipal",
                    ("proximidad ciudadana", "coordinación institucional", "eventos especiales",
                     "relaciones públicas")),
    DepartmentNames("SIN", "Sindicatura Municipal",
                    ("patrimonio municipal", "defensa jurídica", "regularización de predios")),
    DepartmentNames("SEC", "Secretaría Municipal y del Ayuntamiento",
                    ("sesiones de Cabildo", "juntas y jefaturas municipales", "reglamentación municipal")),
    DepartmentNames("CON", "Contraloría Municipal",
                    ("auditoría interna", "contraloría social", "responsabilidades administrativas")),
    DepartmentNames("FIN", "Dirección Municipal de Administración y Finanzas",
                    ("recaudación del predial", "gasto público", "recursos humanos", "adquisiciones")),
    DepartmentNames("SEG", "Dirección Municipal de Seguridad Pública",
                    ("prevención del delito", "policía de proximidad", "formación policial", "vigilancia en colonias")),
    DepartmentNames("PCI", "Dirección Municipal de Protección Civil",
                    ("atención de emergencias", "inspección de riesgos", "capacitación de brigadas")),
    DepartmentNames("OBP", "Dirección Municipal de Obras Públicas",
                    ("pavimentación", "bacheo", "edificios públicos", "supervisión de obra")),
    DepartmentNames("SPU", "Dirección Municipal de Servicios Públicos",
                    ("alumbrado público", "recolección de residuos", "parques y jardines", "limpieza urbana")),
    DepartmentNames("DES", "Dirección Municipal de Desarrollo Social",
                    ("apoyos alimentarios", "participación comunitaria", "mejoramiento de vivienda")),
    DepartmentNames("RUR", "Dirección Municipal de Desarrollo Rural",
                    ("caminos rurales", "apoyos al campo", "infraestructura ganadera")),
    DepartmentNames("DUR", "Dirección Municipal de Desarrollo Urbano",
                    ("licencias de construcción", "uso de suelo", "ordenamiento territorial")),
    DepartmentNames("FEC", "Dirección Municipal de Fomento Económico",
                    ("apertura de empresas", "empleo y capacitación", "financiamiento a microempresas")),
    DepartmentNames("TUR", "Dirección Municipal de Promoción Turística",
                    ("promoción turística", "atención al visitante", "recorridos por el Centro Histórico")),
    DepartmentNames("SAL", "Dirección Municipal de Salud Pública",
                    ("consultas médicas", "control sanitario", "control de la fauna urbana",
                     "prevención de adicciones")),
    DepartmentNames("EDU", "Dirección Municipal de Educación",
                    ("becas escolares", "bibliotecas públicas", "mantenimiento de escuelas")),
    DepartmentNames("AMB", "Dirección Municipal de Medio Ambiente",
                    ("reforestación", "educación ambiental", "verificación vehicular")),
    DepartmentNames("INS", "Dirección Municipal de Inspección",
                    ("inspección del comercio", "control de espectáculos", "comercio en la vía pública")),
    DepartmentNames("COM", "Dirección Municipal de Comunicación Social",
                    ("difusión institucional", "atención a medios", "producción audiovisual")),
    DepartmentNames("DIF", "Sistema Municipal para el Desarrollo Integral de la Familia",
                    ("atención a adultos mayores", "desayunos escolares", "rehabilitación", "asesoría familiar")),
    DepartmentNames("AMD", "Aguas del Municipio",
                    ("agua potable", "drenaje sanitario", "tratamiento de aguas", "cultura del agua")),
    DepartmentNames("IMP", "Instituto Municipal de Planeación",
                    ("planeación del desarrollo", "información estadística", "evaluación del desempeño")),
    DepartmentNames("MUJ", "Instituto Municipal de la Mujer",
                    ("atención a mujeres en riesgo", "igualdad de género", "talleres productivos")),
    DepartmentNames("JUV", "Instituto Municipal de la Juventud",
                    ("orientación a jóvenes", "emprendimiento juvenil", "espacios juveniles")),
    DepartmentNames("DEP", "Instituto Municipal del Deporte",
                    ("escuelas deportivas", "activación física", "unidades deportivas")),
    DepartmentNames("CUL", "Instituto Municipal del Arte y la Cultura",
                    ("talleres artísticos", "festivales culturales", "museos municipales")),
    DepartmentNames("VIV", "Instituto Municipal de Vivienda",
                    ("lotes con servicios", "escrituración", "vivienda digna")),
    DepartmentNames("FAM", "Instituto Municipal de la Familia",
                    ("convivencia familiar", "escuela para padres", "mediación familiar")),
    DepartmentNames("VTR", "Dirección Municipal de Vialidad y Transporte",
                    ("señalamiento vial", "semáforos", "cultura vial")),
    DepartmentNames("JUZ", "Juzgado Administrativo Municipal",
                    ("justicia administrativa", "audiencias públicas", "conciliación vecinal")),
    DepartmentNames("TRA", "Unidad de Transparencia e Información Municipal",
                    ("acceso a la información", "obligaciones de transparencia", "datos personales")),
    DepartmentNames("TIC", "Dirección de Tecnologías de la Información",
                    ("trámites en línea", "soporte técnico", "redes y comunicaciones")),
    DepartmentNames("ARC", "Archivo General e Histórico Municipal",
                    ("archivo de concentración", "restauración de documentos", "consulta de acervos")),
    DepartmentNames("RAS", "Rastro Municipal",
                    ("sacrificio de ganado", "inspección de la carne", "mantenimiento del rastro")),
    DepartmentNames("PAN", "Dirección Municipal de Panteones",
                    ("servicios funerarios", "conservación de panteones", "regularización de lotes")),
)  # fmt: skip

PROGRAM_LEADS = (
    "Programa permanente de",
    "Fortalecimiento de",
    "Modernización de",
    "Calidad en materia de",
    "Impulso de",
)

# Axis -> objective -> strategies.
HIERARCHY: dict[str, dict[str, tuple[str, ...]]] = {
    "Un Gobierno Incluyente, Honesto, Transparente y de Resultados": {
        "Un Gobierno Incluyente y Cercano a la Gente": (
            "Conducir la política interior del Municipio en un marco democrático e incluyente.",
            "Acercar los trámites y servicios municipales a las colonias y poblados.",
        ),
        "Finanzas Municipales Sanas": (
            "Fortalecer la hacienda pública municipal con una recaudación equitativa.",
            "Ejercer el gasto con criterios de austeridad y de resultados.",
        ),
        "Transparencia y Rendición de Cuentas": (
            "Garantizar el acceso a la información pública y la protección de los datos personales.",
            "Prevenir y sancionar las faltas de los servidores públicos.",
        ),
    },
    "Un Municipio Seguro y en Paz": {
        "Seguridad Pública con Proximidad Social": (
            "Prevenir el delito con la participación de los vecinos.",
            "Profesionalizar y equipar a los cuerpos de seguridad.",
        ),
        "Una Cultura de la Protección Civil": (
            "Reducir los riesgos en edificios, vialidades y cauces.",
            "Atender con oportunidad las emergencias de la población.",
        ),
    },
    "Desarrollo Social con Equidad": {
        "Bienestar de las Familias": (
            "Apoyar la alimentación, la vivienda y la salud de quienes menos tienen.",
            "Fortalecer la convivencia y los valores de la familia.",
        ),
        "Educación, Cultura y Deporte para Todos": (
            "Ampliar el acceso a la educación y a las actividades artísticas.",
            "Promover la activación física en los espacios públicos.",
        ),
        "Igualdad de Oportunidades": (
            "Impulsar la autonomía y la seguridad de las mujeres.",
            "Abrir espacios de participación para los jóvenes.",
        ),
    },
    "Prosperidad y Empleo": {
        "Un Entorno Favorable para la Inversión": (
            "Simplificar la apertura y operación de las empresas.",
            "Vincular la capacitación con la demanda de empleo.",
        ),
        "Durango como Destino Turístico": (
            "Promover el patrimonio natural y cultural del Municipio.",
            "Mejorar la atención que recibe el visitante.",
        ),
    },
    "Un Municipio Ordenado, Sustentable y con Servicios de Calidad": {
        "Infraestructura y Servicios Públicos Suficientes": (
            "Ampliar y conservar las vialidades, el alumbrado y los edificios públicos.",
            "Prestar con eficiencia los servicios de agua, limpieza y recolección.",
        ),
        "Crecimiento Urbano Ordenado": (
            "Regular el uso del suelo y la construcción.",
            "Planear el desarrollo con información confiable.",
        ),
        "Cuidado del Medio Ambiente": (
            "Conservar las áreas verdes y los recursos naturales.",
        ),
    },
}  # fmt: skip


class Wording(NamedTuple):
    """How an action and its ratio are put; ``{}`` stands for the programme's matter."""

    action: str
    unit: str
    indicator: str
    numerator: str
    denominator: str


WORDINGS = (
    Wording("Atender las solicitudes de {} que presenta la ciudadanía", "Solicitudes", "Solicitudes de {} atendidas",
            "Número de solicitudes de {} atendidas", "Total de solicitudes de {} recibidas"),
    Wording("Realizar reuniones de coordinación en materia de {}", "Reuniones", "Reuniones de {} realizadas",
            "Número de reuniones de {} realizadas", "Total de reuniones programadas"),
    Wording("Dar seguimiento a los acuerdos en materia de {}", "Acuerdos", "Acuerdos de {} cumplidos",
            "Número de acuerdos de {} con seguimiento concluido", "Total de acuerdos registrados"),
    Wording("Supervisar los trabajos de {}", "Supervisiones", "Supervisiones de {} efectuadas",
            "Número de supervisiones de {} efectuadas", "Total de supervisiones programadas"),
    Wording("Capacitar al personal en materia de {}", "Personas", "Personal capacitado en {}",
            "Número de personas capacitadas en {}", "Total de personas convocadas"),
    Wording("Elaborar los informes de avance de {}", "Informes", "Informes de {} entregados",
            "Número de informes de {} entregados", "Total de informes requeridos"),
    Wording("Responder los reportes ciudadanos de {}", "Reportes", "Reportes de {} resueltos",
            "Número de reportes de {} resueltos", "Total de reportes de {} recibidos"),
    Wording("Ejecutar los proyectos de {} autorizados", "Proyectos", "Proyectos de {} concluidos",
            "Número de proyectos de {} concluidos", "Total de proyectos de {} autorizados"),
    Wording("Entregar los apoyos de {} a la población", "Apoyos", "Apoyos de {} entregados",
            "Número de apoyos de {} entregados", "Total de apoyos de {} solicitados"),
    Wording("Organizar eventos y talleres de {}", "Eventos", "Eventos de {} organizados",
            "Número de eventos de {} organizados", "Total de eventos de {} solicitados"),
    Wording("Revisar los expedientes de {}", "Expedientes", "Expedientes de {} revisados",
            "Número de expedientes de {} revisados", "Total de expedientes ingresados"),
    Wording("Dar mantenimiento al equipo y a los espacios de {}", "Mantenimientos", "Mantenimientos de {} realizados",
            "Número de mantenimientos de {} realizados", "Total de mantenimientos programados"),
)  # fmt: skip
REDUCING = Wording(
    "Reducir las inconformidades por los servicios de {}",
    "Inconformidades",
    "Inconformidades por {}",
    "Número de inconformidades por {}",
    "Total de servicios de {} prestados",
)
WEIGHED = Wording(
    "Aprovechar los materiales en los trabajos de {}",
    "Toneladas",
    "Material aprovechado en {}",
    "Toneladas de material utilizadas en {}",
    "Toneladas de material adquiridas",
)
SEVERAL = ("con oportunidad", "en el plazo establecido", "con satisfacción del usuario", "en zona rural", "en colonias")

GIVEN_NAMES = (
    "Ana", "José", "María", "Luis", "Carmen", "Jorge", "Rosa", "Miguel", "Elena", "Raúl", "Patricia", "Héctor",
    "Silvia", "Arturo", "Verónica", "Sergio", "Leticia", "Óscar", "Claudia", "Ramón",
)  # fmt: skip
SURNAMES = (
    "García", "Hernández", "Soto", "Ruiz", "Núñez", "Flores", "Aguilar", "Contreras", "Peña", "Ibáñez", "Mendoza",
    "Salas", "Quiñones", "Vargas", "Robles", "Castañeda", "Meraz", "Rentería", "Solís", "Galindo",
)  # fmt: skip

EXCESS_REASONS = (
    "Se atendió el rezago del mes anterior.",
    "Se concluyeron asuntos recibidos en meses anteriores.",
    "La demanda programada fue menor que la atendida con apoyo de otras áreas.",
)
BACKLOG_REASON = "No hubo ingresos en el mes; se atendió el rezago."
NUMERATOR_REASONS = (
    "Se corrige el numerador: no se habían contado los últimos registros del mes.",
    "Se corrige el numerador: faltaba sumar un informe de campo.",
)
DENOMINATOR_REASONS = (
    "Se corrige el denominador: no se habían contado todas las solicitudes recibidas.",
    "Se corrige el denominador: faltaba sumar lo que llegó por internet.",
)
OBSERVATIONS = (
    "El numerador no coincide con la lista de asistencia. Favor de revisarlo.",
    "Falta explicar la diferencia con el mes anterior.",
    "El denominador debe incluir las solicitudes en línea.",
)
ADJUSTMENT_REASON = "Se ajusta la meta por la ampliación presupuestal aprobada."
CAUSE = "Se atendió menos de lo programado porque faltó personal en el mes."
REMEDY = "Reasignar a dos personas y revisar el avance cada semana."
WORDS = "Cifra revisada con el área: el mes fue distinto de los anteriores por la temporada."
