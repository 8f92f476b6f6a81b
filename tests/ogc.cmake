# What each URL means: units, HTTP cases as data, and what independent clients and schemas say.
foreach(unit meets style_template tile_limits world write_geojson)
  cassini_unit_test(test_${unit} USES ogc)
endforeach()

find_program(PYTHON3 python3)
foreach(cases features tiles)
  add_test(NAME http/${cases}
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/http/run_cases.py
                   $<TARGET_FILE:cassini> ${CMAKE_CURRENT_SOURCE_DIR}/http/${cases}.case)
  set_tests_properties(http/${cases} PROPERTIES LABELS http TIMEOUT 300)
endforeach()

add_test(NAME accept/gdal_oapif
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/gdal_oapif.py
                 $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/gdal_oapif PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)
